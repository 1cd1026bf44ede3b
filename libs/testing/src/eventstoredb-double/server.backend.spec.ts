import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { binaryEvent, EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventStoreDbDouble, type EventStoreDbDoubleOptions, startEventStoreDbDouble } from './index.ts';
import { event, failureOf, newStream, temporaryFolder } from './spec-support/server.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const doubles: EventStoreDbDouble[] = [];
const clients: EventStoreDBClient[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  for (const double of doubles.splice(0)) await double.close();
  await folder.remove();
});
const start = async (options: Partial<EventStoreDbDoubleOptions> = {}) => {
  const double = await startEventStoreDbDouble({ file: join(folder.path, 'log.db'), ...options });
  doubles.push(double);
  return double;
};
const connect = (url: string) => {
  const client = EventStoreDBClient.connectionString(url);
  clients.push(client);
  return client;
};

describe('the server of the EventStoreDB wire double', () => {
  it('is found by discovery, and among several hosts of which one is down', async () => {
    const { port } = await start();
    const urls = [
      `esdb+discover://127.0.0.1:${port}?tls=false`,
      `esdb://127.0.0.1:1,127.0.0.1:${port}?tls=false`,
    ];
    for (const url of urls) await connect(url).appendToStream(newStream(), event());
  });

  it('speaks TLS with the certificate that it is given', async () => {
    const [key, cert] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
    const made = 'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1';
    const named = '-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1';
    const [program = '', ...args] = `${made} ${named} -keyout ${key} -out ${cert}`.split(' ');
    execFileSync(program, args, { stdio: 'ignore' });
    const { url } = await start({ tls: { key: readFileSync(key), cert: readFileSync(cert) } });
    await connect(`${url}&tlsCAFile=${encodeURIComponent(cert)}`).appendToStream(newStream(), event());
    expect(await failureOf(connect(url).appendToStream(newStream(), event()))).toMatchObject({ code: 14 });
  });

  it('serves no more than 100 calls on a connection: the next one waits', async () => {
    const client = connect((await start()).url);
    const stream = newStream();
    await client.appendToStream(stream, event());
    const open = Array.from({ length: 99 }, () => client.subscribeToStream(stream));
    await Promise.all(open.map((one) => new Promise((resolve) => one.once('caughtUp', resolve))));
    const reading = client.readStream(stream)[Symbol.asyncIterator]().next();
    reading.catch(() => undefined);
    expect(await Promise.race([reading, delay(300, 'waiting')])).toBe('waiting');
  });

  it('refuses a message of more than 16 MB', async () => {
    const client = connect((await start({ batchAppend: false })).url);
    const large = binaryEvent({ type: 'Large', data: new Uint8Array(17 * 1024 * 1024) });
    expect(await failureOf(client.appendToStream(newStream(), large))).toMatchObject({ code: 8 });
  });

  it('3.4 forgets the ids of the oldest events beyond a sum of bytes: any is best effort', async () => {
    const client = connect((await start({ rememberedBytes: 2 * (54 + 2 * newStream().length) })).url);
    const [stream, old] = [newStream(), event()];
    await client.appendToStream(stream, old);
    await client.appendToStream(stream, [event(), event()]);
    expect((await client.appendToStream(stream, old)).nextExpectedRevision).toBe(3n);
  });

  it('1.8 waits for a slow subscriber, which catches up from the log, is told a checkpoint, and that it caught up again', async () => {
    const client = connect((await start()).url);
    const prefixes = [newStream()];
    const told: string[] = [];
    const checkpointReached = async () => void told.push('checkpoint');
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes, checkpointReached }) });
    for (const name of ['caughtUp', 'fellBehind'] as const) subscription.on(name, () => told.push(name));
    await new Promise<void>((resolve) => subscription.once('caughtUp', () => resolve()));
    const written = 800;
    const data = { pad: 'x'.repeat(4_000) };
    for (let n = 0; n < written; n += 200) {
      const batch = Array.from({ length: 200 }, () => jsonEvent({ type: 'Padded', data }));
      await client.appendToStream(prefixes[0] ?? '', batch);
    }
    const revisions: bigint[] = [];
    subscription.on('data', ({ event }) => event !== undefined && revisions.push(event.revision));
    await expect
      .poll(() => told.filter((one) => one === 'caughtUp').length, { timeout: 25_000 })
      .toBeGreaterThan(1);
    await expect.poll(() => revisions.length, { timeout: 25_000 }).toBe(written);
    expect(revisions).toEqual(Array.from({ length: written }, (_, n) => BigInt(n)));
    expect(told.slice(0, 3)).toEqual(['checkpoint', 'caughtUp', 'checkpoint']);
    expect(told).not.toContain('fellBehind');
  });

  it('keeps its log over a restart, and goes on where it was', async () => {
    const first = await start();
    const [stream, kept] = [newStream(), event()];
    await connect(first.url).appendToStream(stream, kept);
    await first.close();
    doubles.splice(0);
    const client = connect((await start()).url);
    await client.appendToStream(stream, event(), { expectedRevision: 0n });
    const ids: (string | undefined)[] = [];
    const commits: bigint[] = [];
    for await (const { event } of client.readStream(stream)) {
      ids.push(event?.id);
      commits.push(event?.position?.commit ?? 0n);
    }
    expect(ids[0]).toBe(kept.id);
    expect(Number(commits[1])).toBeGreaterThan(Number(commits[0]));
  });
});
