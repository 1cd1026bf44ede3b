import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { event, idsOf } from '../contract/subject.ts';
import { openEventStoreDb } from './index.ts';
import { startDouble } from './spec-support/double.ts';

const EVENT_BYTES = 40_000;
const EVENTS = 240;
const APPEND_EVENTS = 20;
/** What may wait for a caller: the events that are read ahead, and what the sockets and HTTP/2 hold. */
const MOST_AHEAD = 5_000_000;

it('lets a slow caller’s events wait at the server, on the wire double', async () => {
  const double = await startDouble();
  const proxy = await startCountingProxy(double.port);
  const writer = await openEventStoreDb({ url: double.url });
  const store = await openEventStoreDb({ url: `esdb://127.0.0.1:${proxy.port}?tls=false` });
  onTestFinished(async () => {
    await Promise.all([store.close(), writer.close()]);
    await proxy.close();
    await double.close();
  });
  const written: string[] = [];
  for (let n = 0; n < EVENTS / APPEND_EVENTS; n++) {
    const some = Array.from({ length: APPEND_EVENTS }, () => event({ text: 'x'.repeat(EVENT_BYTES) }));
    await writer.append('s', some, { expected: 'any' });
    written.push(...idsOf(some));
  }
  const controller = new AbortController();
  const steps = store.subscribe({ streamPrefix: 's', signal: controller.signal });
  const seen: string[] = [];
  for await (const step of steps) {
    if (step.event) seen.push(step.event.id);
    if (seen.length === 1) {
      let before = -1;
      while (proxy.received() > before) {
        before = proxy.received();
        await sleep(300);
      }
      expect(proxy.received()).toBeLessThan(MOST_AHEAD);
    }
    if (seen.length === EVENTS) controller.abort();
  }
  expect(seen).toEqual(written);
  expect(proxy.received()).toBeGreaterThan(EVENTS * EVENT_BYTES);
}, 120_000);

/** Passes connections on to a local port, and counts the bytes that come back. */
async function startCountingProxy(target: number) {
  let received = 0;
  const sockets = new Set<Socket>();
  const server = createServer((inbound) => {
    const outbound = connect(target, '127.0.0.1');
    for (const socket of [inbound, outbound]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    outbound.on('data', (chunk) => {
      received += chunk.length;
    });
    inbound.pipe(outbound).pipe(inbound);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    received: () => received,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
