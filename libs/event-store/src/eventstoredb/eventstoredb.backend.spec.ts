import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { binaryEvent, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { event, events, follow, idsOf, toArray } from '../contract/subject.ts';
import { EventStoreRefusedError } from '../errors.ts';
import type { EventStore, JsonObject } from '../event-store.ts';
import { HEARTBEAT_STREAM } from './heartbeat.ts';
import { openEventStoreDb } from './index.ts';
import { startServers } from './spec-support/servers.ts';

const USER = fileURLToPath(new URL('spec-support/user.ts', import.meta.url));

for (const { name, url, batches } of await startServers())
  describe(name, () => {
    let store: EventStore;
    let client: EventStoreDBClient;
    let stream: string;
    beforeEach(async () => {
      stream = `adapter-${randomUUID()}`;
      client = EventStoreDBClient.connectionString(url);
      store = await openEventStoreDb({ url });
    });
    afterEach(async () => {
      await store.close();
      await client.dispose();
    });
    const metadataOf = async (name: string) => (await client.getStreamMetadata(name)).metadata;
    const inLog = async (name: string) => {
      for await (const { event } of client.readAll({ direction: 'backwards', fromPosition: 'end' }))
        if (event?.streamId === name) return true;
      return false;
    };

    it.runIf(batches)(
      'appends in the order of the calls, on a fresh connection too (pitfall 4)',
      async () => {
        for (let n = 0; n < 5; n++) {
          const fresh = await openEventStoreDb({ url });
          const some = events(40);
          const appends = some.map((one) => fresh.append(`${stream}-${n}`, [one], { expected: 'any' }));
          const revisions = (await Promise.all(appends)).map(({ revision }) => revision);
          await fresh.close();
          expect(revisions).toEqual(some.map((_, index) => index));
          expect(idsOf(await toArray(store.read(`${stream}-${n}`)))).toEqual(idsOf(some));
        }
      },
    );

    it('appends each event of a chain after the one that it expects, though all are sent at once', async () => {
      for (let n = 0; n < 3; n++) {
        const fresh = await openEventStoreDb({ url });
        const some = events(40);
        const chain = some.map((one, index) =>
          fresh.append(`${stream}-${n}`, [one], { expected: index === 0 ? 'no_stream' : index - 1 }),
        );
        const revisions = (await Promise.all(chain)).map(({ revision }) => revision);
        await fresh.close();
        expect(revisions).toEqual(some.map((_, index) => index));
      }
    });

    it('reads and appends beside 99 subscriptions (pitfall 5)', async () => {
      const { position: after } = await store.append(`before-${stream}`, [event()], { expected: 'any' });
      const followers = Array.from({ length: 99 }, () => follow(store, { streamPrefix: stream, after }));
      await Promise.all(followers.map((follower) => follower.caughtUp()));
      const one = event();
      await store.append(stream, [one], { expected: 'no_stream' });
      expect(idsOf(await toArray(store.read(stream)))).toEqual([one.id]);
      await Promise.all(followers.map((follower) => follower.ids(1)));
      await Promise.all(followers.map((follower) => follower.stop()));
    });

    it('passes all checkpoints on, and still returns what comes after them (pitfall 6)', async () => {
      const { position } = await store.append(`other-${stream}`, [event()], { expected: 'any' });
      for (let n = 0; n < 2; n++) await store.append(`other-${stream}`, events(1_000), { expected: 'any' });
      const follower = follow(store, { streamPrefix: stream, after: position });
      await follower.caughtUp();
      const checkpoints = follower.steps.filter((step) => !step.event && !step.caughtUp);
      expect(checkpoints.length).toBeGreaterThan(1);
      const one = event();
      await store.append(stream, [one], { expected: 'any' });
      expect(await follower.ids(1)).toEqual([one.id]);
      await follower.stop();
    });

    it('rejects a position between two events, and begins at the beginning after -1', async () => {
      const { position = '' } = await store.append(stream, [event()], { expected: 'any' });
      const [commit = ''] = position.split('/');
      const between = String(BigInt(commit) + 1n).padStart(20, '0');
      await store.append(stream, [event()], { expected: 'any' });
      const misled = follow(store, { streamPrefix: stream, after: `${between}/${between}` });
      await expect(misled.ended).rejects.toMatchObject({ name: 'InvalidPositionError' });
      const nowhere = String(2n ** 64n - 1n);
      const follower = follow(store, { streamPrefix: stream, after: `${nowhere}/${nowhere}` });
      await follower.ids(2);
      await follower.stop();
    });

    it('hides its heartbeats, and keeps only the last one', async () => {
      const quick = await openEventStoreDb({ url, heartbeatMs: 200 });
      const { position: after } = await quick.append(`before-${stream}`, [event()], { expected: 'any' });
      const followers = [follow(quick, { streamPrefix: stream, after }), follow(quick, { after })];
      const beat = async () => (await toArray(store.read(HEARTBEAT_STREAM))).map(({ revision }) => revision);
      const [first = 0] = await beat();
      await expect.poll(async () => (await beat())[0], { timeout: 20_000 }).toBeGreaterThan(first + 3);
      expect(await beat()).toHaveLength(1);
      const heard = followers.flatMap((one) => one.events());
      expect(heard.filter((one) => one.stream === HEARTBEAT_STREAM)).toEqual([]);
      expect(followers.every(({ steps }) => steps.length > 3)).toBe(true);
      await Promise.all(followers.map((one) => one.stop()));
      await quick.close();
    });

    it('refuses at once what cannot be serialised (pitfall 7)', async () => {
      const circular: { [key: string]: JsonObject } = {};
      circular.self = circular;
      for (const broken of [{ data: circular }, { metadata: circular }]) {
        const append = store.append(stream, [{ ...event(), ...broken }], { expected: 'any' });
        await expect(append).rejects.toMatchObject({ name: 'InvalidAppendError' });
      }
      expect((await store.append(stream, [event()], { expected: 'any' })).revision).toBe(0);
    });

    it('reports a conflict correctly though its URL asks not to throw (pitfall 8)', async () => {
      const quiet = await openEventStoreDb({ url: `${url}&throwOnAppendFailure=false` });
      await quiet.append(stream, events(3), { expected: 'no_stream' });
      const conflict = quiet.append(stream, [event()], { expected: 0 });
      await expect(conflict).rejects.toMatchObject({ name: 'ConcurrencyError', expected: 0, actual: 2 });
      await quiet.close();
    });

    it('returns no system stream, though the log holds them (pitfall 9)', async () => {
      const { position: after } = await store.append(`before-${stream}`, [event()], { expected: 'any' });
      const some = events(3);
      await store.append(stream, some, { expected: 'any' });
      await store.truncate(stream, 1);
      const last = event();
      await store.append(stream, [last], { expected: 'any' });
      const follower = follow(store, { after });
      await expect.poll(() => idsOf(follower.events()), { timeout: 20_000 }).toContain(last.id);
      expect(idsOf(follower.events())).toEqual(expect.arrayContaining(idsOf(some)));
      expect(follower.events().filter((one) => one.stream.startsWith('$'))).toEqual([]);
      expect(await inLog(`$$${stream}`)).toBe(true);
      await follower.stop();
    });

    it('lets its process end once it is closed (pitfall 11)', async () => {
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', USER, url, stream], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      await once(child.stdout, 'data', { signal: AbortSignal.timeout(20_000) });
      expect(await once(child, 'exit', { signal: AbortSignal.timeout(5_000) })).toEqual([0, null]);
    });

    it('commits what is under way before it closes', async () => {
      const appends = events(40).map((one) => store.append(stream, [one], { expected: 'any' }));
      await store.close();
      expect(await Promise.all(appends)).toHaveLength(40);
    });

    it('truncates once and for all, and keeps the other metadata of the stream', async () => {
      await store.append(stream, events(10), { expected: 'no_stream' });
      await client.setStreamMetadata(stream, { maxCount: 9, owner: 'us' });
      await Promise.all([3, 7, 5, 6, 2].map((before) => store.truncate(stream, before)));
      expect((await toArray(store.read(stream))).map(({ revision }) => revision)).toEqual([7, 8, 9]);
      expect(await metadataOf(stream)).toEqual({ maxCount: 9, owner: 'us', truncateBefore: 7 });
    });

    it('truncates a stream that grows meanwhile, and loses nothing after the revision', async () => {
      await store.append(stream, events(5), { expected: 'no_stream' });
      const append = async () => {
        for (let n = 0; n < 10; n++) await store.append(stream, [event()], { expected: 'any' });
      };
      await Promise.all([append(), store.truncate(stream, 5), store.truncate(stream, 5)]);
      const revisions = (await toArray(store.read(stream))).map(({ revision }) => revision);
      expect(revisions).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    });

    it('reports no position for a repetition whose events were truncated', async () => {
      const some = events(2);
      const append = () => store.append(stream, some, { expected: 'no_stream' });
      const first = await append();
      expect(await append()).toEqual(first);
      await store.append(stream, [event()], { expected: 1 });
      await store.truncate(stream, 2);
      expect(await append()).toEqual({ revision: 1, position: undefined });
    });

    it('treats a tombstoned stream as empty, and as one that nothing can be appended to', async () => {
      await store.append(stream, [event()], { expected: 'no_stream' });
      await client.tombstoneStream(stream);
      expect(await toArray(store.read(stream))).toEqual([]);
      const append = store.append(stream, [event()], { expected: 'any' });
      await expect(append).rejects.toMatchObject({ name: 'InvalidAppendError' });
    });

    it('reports after live events too that nothing more has come', async () => {
      const follower = follow(store, { streamPrefix: stream });
      await follower.caughtUp();
      for (let n = 0; n < 3; n++) {
        const { position } = await store.append(stream, [event()], { expected: 'any' });
        await follower.ids(n + 1);
        await expect.poll(() => follower.steps.at(-1)).toEqual({ position, caughtUp: true });
      }
      await follower.stop();
    });

    it('returns an event of somebody else that is not a JSON object without its data', async () => {
      const list = jsonEvent({ type: 'List', data: [1], metadata: ['a'] });
      const bytes = binaryEvent({ type: 'Bytes', data: Buffer.from('{}'), metadata: Buffer.from('no JSON') });
      await client.appendToStream(stream, [list, bytes]);
      const read = await toArray(store.read(stream));
      expect(read.map(({ type, data, metadata }) => ({ type, data, metadata }))).toEqual([
        { type: 'List', data: {}, metadata: {} },
        { type: 'Bytes', data: {}, metadata: {} },
      ]);
    });

    it('rejects with the reason of a signal that aborts while it works', async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const append = store.append(stream, [event()], { expected: 'any', signal });
      const read = toArray(store.read(stream, { signal }));
      const reason = new Error('the client left');
      controller.abort(reason);
      await expect(append).rejects.toBe(reason);
      await expect(read).rejects.toBe(reason);
    });
  });

it('reports that the certificate of its connection string does not exist', async () => {
  const opened = openEventStoreDb({ url: 'esdb://u:s3cret@127.0.0.1:1?tls=true&tlsCaFile=/not/there.crt' });
  await expect(opened).rejects.toThrow(EventStoreRefusedError);
  await expect(opened).rejects.toThrow(/certificate file. File was not found/);
});
