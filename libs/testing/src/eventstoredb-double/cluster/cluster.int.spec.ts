import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type EventStoreDBClient, NotLeaderError, UnavailableError } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { startCluster } from '../spec-support/cluster.ts';
import { connect, connected } from '../spec-support/doubles.ts';
import { event, failureOf, newStream } from '../spec-support/server.ts';
import type { EventStoreDbCluster } from './cluster.ts';

const WAIT = { timeout: 15_000 };
/** How many events of a stream a node shows. */
const countIn = async (client: EventStoreDBClient, stream: string, requiresLeader = false) => {
  let count = 0;
  try {
    for await (const _ of client.readStream(stream, { requiresLeader })) count += 1;
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('not found')) throw error;
  }
  return count;
};
const nodesOf = (cluster: EventStoreDbCluster) => {
  const [follower, other] = cluster.followers;
  if (follower === undefined || other === undefined) throw new Error('There are not two followers.');
  return { leader: cluster.leader, follower, other };
};

describe('a cluster of EventStoreDB wire doubles', () => {
  it('is found by discovery, takes writes on any node, and has them on all', async () => {
    const cluster = await startCluster();
    const { leader, follower, other } = nodesOf(cluster);
    const stream = newStream();
    await connect(cluster).appendToStream(stream, event(0), { expectedRevision: 'no_stream' });
    await connect(follower).appendToStream(stream, event(1), { expectedRevision: 0n });
    for (const node of [leader, follower, other]) expect(await countIn(connect(node), stream)).toBe(2);
  });

  it('7.1 a follower refuses reads that require the leader, once: the client moves there', async () => {
    const { leader, follower } = nodesOf(await startCluster());
    const [client, stream] = [connect(follower), newStream()];
    await client.appendToStream(stream, event());
    expect(await countIn(client, stream)).toBe(1);
    const refused = await failureOf(countIn(client, stream, true));
    expect(refused).toBeInstanceOf(NotLeaderError);
    expect(refused).toMatchObject({ leader: { port: leader.double.port } });
    expect(await countIn(client, stream, true)).toBe(1);
  });

  it('7.2 a follower shows what is written after its lag, and so do its subscriptions', async () => {
    const cluster = await startCluster();
    const { leader, follower } = nodesOf(cluster);
    const [writer, reader, stream] = [await connected(leader), await connected(follower), newStream()];
    const subscription = reader.subscribeToStream(stream).resume();
    await once(subscription, 'caughtUp');
    cluster.lag(follower, 500);
    const heard = once(subscription, 'data').then(() => performance.now());
    const began = performance.now();
    await writer.appendToStream(stream, event());
    expect(await countIn(reader, stream)).toBe(0);
    expect((await heard) - began).toBeGreaterThan(450);
    expect(await countIn(reader, stream)).toBe(1);
  });

  it('7.3 has a new leader after the old one died, which has all that was acknowledged', async () => {
    const cluster = await startCluster({ times: { failoverMs: 2_000 } });
    const { leader, follower, other } = nodesOf(cluster);
    for (const node of [follower, other]) cluster.lag(node, 60_000);
    const stream = newStream();
    await connect(leader).appendToStream(stream, [event(), event()]);
    await cluster.killLeader();
    const refused = await failureOf(connect(follower).appendToStream(stream, event()));
    expect(refused).toMatchObject({ message: expect.stringContaining('Not Ready') });
    await expect.poll(() => cluster.leader, WAIT).toBeTruthy();
    const client = connect(cluster.leader);
    expect(await countIn(client, stream, true)).toBe(2);
    await client.appendToStream(stream, event(), { expectedRevision: 1n });
    await cluster.start(leader);
    expect(await countIn(connect(leader), stream)).toBe(3);
  });
});

describe('a leader of EventStoreDB wire doubles that is cut off', () => {
  it('7.5 calls itself leader for a while, then has none; the others go on; reads are stale', async () => {
    const cluster = await startCluster();
    const { leader, follower } = nodesOf(cluster);
    const [stream, mine] = [newStream(), await connected(leader)];
    await mine.appendToStream(stream, event());
    cluster.cutOff(leader);
    expect(await countIn(mine, stream, true)).toBe(1);
    expect(await failureOf(mine.appendToStream(stream, event()))).toMatchObject({
      type: 'deadline-exceeded',
    });
    await expect.poll(() => leader.member.state, WAIT).toBe('unknown');
    const refused = await failureOf(mine.appendToStream(stream, event()));
    expect(refused).toMatchObject({ message: expect.stringContaining('Server Is Not Ready') });
    await expect.poll(() => cluster.leader, WAIT).not.toBe(leader);
    await connect(cluster.leader).appendToStream(stream, event(), { expectedRevision: 0n });
    expect(await countIn(connect(follower), stream)).toBe(2);
    expect(await countIn(connect(leader), stream)).toBe(1);
    expect(await failureOf(countIn(connect(leader), stream, true))).toBeInstanceOf(UnavailableError);
  });

  it('7.5 keeps its subscriptions open and silent, until it is back', async () => {
    const cluster = await startCluster();
    const { leader } = nodesOf(cluster);
    const stream = newStream();
    const subscription = connect(leader).subscribeToStream(stream, { requiresLeader: true });
    const heard: unknown[] = [];
    subscription.on('data', (one) => heard.push(one)).on('error', (error) => heard.push(error));
    await once(subscription, 'caughtUp');
    cluster.cutOff(leader);
    await expect
      .poll(() => cluster.nodes.some(({ member }) => member.hasMajority() && member.state === 'leader'), WAIT)
      .toBe(true);
    await connect(cluster.leader).appendToStream(stream, event());
    await delay(300);
    expect(heard).toEqual([]);
    cluster.heal();
    await expect.poll(() => heard.length, WAIT).toBe(1);
    expect(leader.starts).toBe(1);
  });

  it('5.5 is found by nobody who discovers it alone, when it knows no leader', async () => {
    const cluster = await startCluster();
    const { leader } = nodesOf(cluster);
    cluster.cutOff(leader);
    await expect.poll(() => leader.member.state, WAIT).toBe('unknown');
    const discovering = connect({ url: leader.url.replace('esdb:', 'esdb+discover:') });
    const lost = await failureOf(discovering.appendToStream(newStream(), event()));
    expect(lost).toMatchObject({ message: expect.stringContaining('Failed to discover') });
  });

  it('7.6 restarts after it is back, if it took writes: nobody ever sees them', async () => {
    const cluster = await startCluster();
    const { leader } = nodesOf(cluster);
    const [stream, mine] = [newStream(), await connected(leader)];
    cluster.cutOff(leader);
    await failureOf(mine.appendToStream(stream, event()));
    await expect
      .poll(() => cluster.nodes.some(({ member }) => member.hasMajority() && member.state === 'leader'), WAIT)
      .toBe(true);
    expect(cluster.leader).not.toBe(leader);
    cluster.heal();
    await expect.poll(() => leader.starts, WAIT).toBe(2);
    await expect.poll(() => leader.member.state, WAIT).toBe('follower');
    for (const node of cluster.nodes) expect(await countIn(connect(node), stream)).toBe(0);
  });
});
