import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type EventStoreDBClient, jsonEvent, type Position, streamNameFilter } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { startCluster } from '../spec-support/cluster.ts';
import { connect, startDouble } from '../spec-support/doubles.ts';
import { event, newStream, temporaryFolder } from '../spec-support/server.ts';

const at = ({ port }: { port: number }, path: string) => `http://127.0.0.1:${port}${path}`;
const scavenge = (double: { port: number }) => fetch(at(double, '/admin/scavenge'), { method: 'POST' });

const inAll = async (client: EventStoreDBClient, stream: string) => {
  const found: number[] = [];
  for await (const { event } of client.readAll())
    if (event?.streamId === stream) found.push(Number(event.revision));
  return found;
};

describe('the HTTP API of the EventStoreDB wire double', () => {
  it('7.5 says that a node lives, though it knows no leader, and what it takes itself for', async () => {
    const cluster = await startCluster();
    const { leader } = cluster;
    const info = async () => await (await fetch(at(leader.double, '/info'))).json();
    expect(await info()).toMatchObject({ state: 'leader' });
    cluster.cutOff(leader);
    await expect.poll(info, { timeout: 15_000 }).toMatchObject({ state: 'unknown' });
    expect((await fetch(at(leader.double, '/health/live'))).status).toBe(204);
    const gossip = await (await fetch(at(leader.double, '/gossip'))).json();
    expect(gossip).toMatchObject({
      members: [{ state: 'Unknown', isAlive: true }, { isAlive: false }, { isAlive: false }],
    });
  });

  it('knows nothing else', async () => {
    expect((await fetch(at(await startDouble(), '/streams/x'))).status).toBe(404);
  });
});

describe('a scavenge of the EventStoreDB wire double', () => {
  it('8.5 removes what is truncated or deleted, but the last event, from the log and from its file', async () => {
    const folder = await temporaryFolder();
    const file = join(folder.path, 'scavenged', 'log.db');
    const double = await startDouble({ file });
    const client = connect(double);
    const [truncated, deleted, gone, kept] = [newStream(), newStream(), newStream(), newStream()];
    const secret = 'a-name-of-a-file';
    const named = () => jsonEvent({ type: 'Named', data: { secret } });
    for (const stream of [truncated, deleted, gone]) {
      await client.appendToStream(stream, [named(), named(), event(), event()]);
    }
    await client.appendToStream(kept, [event(), event()]);
    await client.setStreamMetadata(truncated, { truncateBefore: 2 });
    await client.deleteStream(deleted);
    await client.tombstoneStream(gone);
    expect((await scavenge(double)).status).toBe(200);
    expect(await inAll(client, truncated)).toEqual([2, 3]);
    expect(await inAll(client, deleted)).toEqual([3]);
    expect(await inAll(client, gone)).toEqual([Number('9223372036854775807')]);
    expect(await inAll(client, kept)).toEqual([0, 1]);
    for (const name of await readdir(dirname(file))) {
      expect((await readFile(join(dirname(file), name))).includes(secret)).toBe(false);
    }
    await client.appendToStream(truncated, event(), { expectedRevision: 3n });
    await double.close();
    await folder.remove();
  });

  it('1.15 a subscription goes on from a place that was scavenged', async () => {
    const double = await startDouble();
    const [client, stream] = [connect(double), newStream()];
    const places: Position[] = [];
    await client.appendToStream(
      stream,
      Array.from({ length: 6 }, (_, n) => event(n)),
    );
    for await (const { event } of client.readStream(stream)) if (event?.position) places.push(event.position);
    await client.setStreamMetadata(stream, { truncateBefore: 4 });
    await scavenge(double);
    for (const fromPosition of places.slice(0, 4)) {
      const filter = streamNameFilter({ prefixes: [stream] });
      const subscription = client.subscribeToAll({ fromPosition, filter });
      const [first] = await once(subscription, 'data');
      expect(first.event?.revision).toBe(4n);
    }
  });

  it('is of one node: the others keep what they have', async () => {
    const cluster = await startCluster();
    const [follower] = cluster.followers;
    if (follower === undefined) throw new Error('There is no follower.');
    const [client, stream] = [connect(cluster.leader), newStream()];
    await client.appendToStream(stream, [event(), event()]);
    await client.setStreamMetadata(stream, { truncateBefore: 1 });
    await scavenge(follower.double);
    expect(await inAll(connect(follower), stream)).toEqual([1]);
    expect(await inAll(client, stream)).toEqual([0, 1]);
  });
});
