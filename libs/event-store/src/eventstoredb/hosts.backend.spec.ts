import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type ForkedDouble, forkEventStoreDbDouble } from '@inkstream/testing/eventstoredb-double';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { event, follow, idsOf, toArray } from '../contract/subject.ts';
import type { EventStore } from '../event-store.ts';
import { openEventStoreDb } from './index.ts';
import { startDouble } from './spec-support/double.ts';

/** How long a ping that succeeded serves others, in ms. */
const PING_SHARED_MS = 1_000;
const unavailable = { name: 'EventStoreUnavailableError', transient: true };
/** Seconds, attempts, ms: so that a cluster of which no node answers is given up soon. */
const IMPATIENT = 'maxDiscoverAttempts=2&discoveryInterval=20&gossipTimeout=1';

async function use(store: EventStore): Promise<void> {
  const [stream, one] = [`hosts-${randomUUID()}`, event()];
  await store.append(stream, [one], { expected: 'no_stream' });
  expect(idsOf(await toArray(store.read(stream)))).toEqual([one.id]);
  const follower = follow(store, { streamPrefix: stream });
  expect(await follower.ids(1)).toEqual([one.id]);
  await follower.stop();
}

/** A port at which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('EventStoreDB on the wire double, reached by connection strings', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-eventstoredb-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const open = async (url: string) => {
    const store = await openEventStoreDb({ url, limitMs: 5_000 });
    onTestFinished(() => store.close());
    return store;
  };

  it('refuses what is not a connection string', async () => {
    for (const url of ['', 'http://localhost:2113', 'esdb://', 'esdb://h?tls=perhaps'])
      await expect(openEventStoreDb({ url })).rejects.toThrow(
        /connection string of EventStoreDB is not valid/,
      );
  });

  it('encrypts the connection, and trusts only the authority that the string names', async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=test', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert];
    await promisify(execFile)('openssl', [...request, ...subject]);
    const double = await startDouble({ tls: { key: await readFile(key), cert: await readFile(cert) } });
    onTestFinished(() => double.close());
    const url = double.url.replace('127.0.0.1', 'localhost');
    await use(await open(`${url}&tlsCAFile=${encodeURIComponent(cert)}`));
    const distrustful = await open(url);
    await expect(distrustful.ping()).rejects.toMatchObject(unavailable);
    await expect(distrustful.append('s', [event()], { expected: 'any' })).rejects.toMatchObject(unavailable);
  });

  it('finds a living node among several hosts, and by discovery', async () => {
    const double = await startDouble();
    onTestFinished(() => double.close());
    const live = `127.0.0.1:${double.port}`;
    await use(await open(`esdb://127.0.0.1:${await deadPort()},${live}?tls=false&${IMPATIENT}`));
    await use(await open(`esdb+discover://${live}?tls=false&${IMPATIENT}`));
    await use(await open(`kurrentdb://${live}?tls=false`));
  });

  it('recovers after no node answered for a while, for appends, reads and subscriptions', async () => {
    const start = (port = 0): Promise<ForkedDouble> =>
      forkEventStoreDbDouble({ file: join(folder, 'log.db'), port });
    const first = await start();
    const hosts = `127.0.0.1:${first.port},127.0.0.1:${await deadPort()}`;
    const store = await open(`esdb://${hosts}?tls=false&${IMPATIENT}`);
    const [stream, late] = [`hosts-${randomUUID()}`, event()];
    await store.append(stream, [event()], { expected: 'any' });
    const follower = follow(store, { streamPrefix: stream });
    await follower.ids(1);
    await first.kill('SIGKILL');
    const calls = () => [
      store.append(stream, [event()], { expected: 0 }),
      toArray(store.read(stream)),
      store.truncate(stream, 1),
      sleep(PING_SHARED_MS).then(() => store.ping()),
    ];
    for (let n = 0; n < 2; n++)
      for (const result of await Promise.allSettled(calls()))
        expect(result).toMatchObject({ status: 'rejected', reason: unavailable });
    const second = await start(first.port);
    onTestFinished(() => second.kill());
    await expect.poll(() => store.ping().then(() => 'up'), { timeout: 20_000 }).toBe('up');
    const append = () => store.append(stream, [late], { expected: 0 }).then(() => 'done');
    await expect.poll(append, { timeout: 20_000 }).toBe('done');
    expect((await follower.ids(2))[1]).toBe(late.id);
    expect(idsOf(await toArray(store.read(stream)))[1]).toBe(late.id);
    await follower.stop();
  }, 60_000);
});
