import { jobObjects, pictureObjects } from '@inkstream/domain';
import { silentLogger } from '@inkstream/service-kit';
import { describe, expect, it } from 'vitest';
import { createScavenging } from './scavenging.ts';
import { remove, removeFile, submit } from './spec-support/jobs.ts';
import { DAY_MS, HOUR_MS, openWorld } from './spec-support/world.ts';

type World = Awaited<ReturnType<typeof openWorld>>;
const { signal } = new AbortController();

/** The duty of a housekeeper that has just been started, as often as it is called. */
const fresh = ({ eventStore, objects, nodes, now, config }: World, mayAct = () => true) =>
  createScavenging({ eventStore, objects, scavenger: nodes, log: silentLogger(), config, now, mayAct });

describe('the duty to scavenge', () => {
  it('begins once a deletion is old enough, and goes through the nodes one after another', async () => {
    await using world = await openWorld();
    await world.submitJob();
    world.pass(2 * HOUR_MS);
    expect(await fresh(world).look(signal)).toEqual({ outcome: 'nothing due' });
    await world.deleteJob();
    expect(await fresh(world).look(signal)).toEqual({ outcome: 'scavenged' });
    expect(world.nodes.done).toEqual(['a', 'b', 'c']);
    expect(world.nodes.atOnce).toBe(1);
  });

  it('leaves a deletion alone that may not be truncated yet, and comes back for it', async () => {
    await using world = await openWorld();
    await world.deleteJob();
    world.pass(HOUR_MS / 2);
    for (let n = 0; n < 2; n++) expect(await fresh(world).look(signal)).toEqual({ outcome: 'nothing due' });
    world.pass(HOUR_MS);
    expect(await fresh(world).look(signal)).toEqual({ outcome: 'scavenged' });
  });

  it('begins once a day at most, and not at all if nothing was deleted since', async () => {
    await using world = await openWorld();
    await world.deleteJob();
    world.pass(2 * HOUR_MS);
    await fresh(world).look(signal);
    await world.deleteJob();
    world.pass(2 * HOUR_MS);
    expect(await fresh(world).look(signal)).toEqual({ outcome: 'nothing due' });
    world.pass(DAY_MS);
    expect(await fresh(world).look(signal)).toEqual({ outcome: 'scavenged' });
    expect(world.nodes.done).toHaveLength(6);
    world.pass(2 * DAY_MS);
    expect(await fresh(world).look(signal)).toEqual({ outcome: 'nothing due' });
    expect(world.nodes.done).toHaveLength(6);
  });

  it('goes on where another housekeeper ended in the middle of a round', async () => {
    await using world = await openWorld();
    await world.deleteJob();
    world.pass(2 * HOUR_MS);
    let steps = 0;
    const interrupted = fresh(world, () => ++steps < 6).look(signal);
    await expect(interrupted).rejects.toThrow('turn');
    const before = [...world.nodes.done];
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(3);
    expect(await fresh(world).look(signal)).toEqual({ outcome: 'scavenged' });
    expect(new Set(world.nodes.done)).toEqual(new Set(['a', 'b', 'c']));
    expect(world.nodes.done.length).toBeLessThanOrEqual(4);
  });

  it('scavenges the others if one node fails, and that one alone at the next look', async () => {
    await using world = await openWorld();
    await world.deleteJob();
    world.pass(2 * HOUR_MS);
    world.nodes.failing.add('b');
    expect(await fresh(world).look(signal)).toMatchObject({
      outcome: 'failed',
      error: { message: 'b is down' },
    });
    world.nodes.failing.clear();
    expect(await fresh(world).look(signal)).toEqual({ outcome: 'scavenged' });
    expect(world.nodes.done).toEqual(['a', 'c', 'b']);
  });

  it('scavenges a node that was away during the round once it is back', async () => {
    await using world = await openWorld();
    world.nodes.names = ['a', 'b'];
    await world.deleteJob();
    world.pass(2 * HOUR_MS);
    await fresh(world).look(signal);
    world.nodes.names = ['a', 'b', 'c'];
    expect(await fresh(world).look(signal)).toEqual({ outcome: 'scavenged' });
    expect(world.nodes.done).toEqual(['a', 'b', 'c']);
  });

  it('deletes the bytes of each deleted job once more: what a worker left that was killed before it knew', async () => {
    await using world = await openWorld();
    const { eventStore, objects } = world;
    const [deleted, alive] = [await submit(eventStore), await submit(eventStore)];
    await remove(eventStore, deleted.jobId);
    for (const { uid } of [deleted, alive])
      await objects.put(`${jobObjects(uid)}executions/1/result.json`, Buffer.from('{}'));
    expect(await fresh(world).look(signal)).toEqual({ outcome: 'nothing due' });
    expect(await Array.fromAsync(objects.list(''))).toHaveLength(2);
    world.pass(2 * HOUR_MS);
    expect(await fresh(world).look(signal)).toEqual({ outcome: 'scavenged' });
    const left = await Array.fromAsync(objects.list(''));
    expect(left.map(({ key }) => key)).toEqual([`${jobObjects(alive.uid)}executions/1/result.json`]);
  });

  it('deletes the pictures of each deleted file once more, and of no other: what was stored by a service that was killed before it knew', async () => {
    await using world = await openWorld();
    const { eventStore, objects } = world;
    const { uid, jobId } = await submit(eventStore, ['fake', 'fake']);
    await removeFile(eventStore, jobId, 1);
    for (const fileId of [1, 2])
      await objects.put(`${pictureObjects(uid, fileId)}1-640-0.webp`, Buffer.from('RIFF'));
    world.pass(HOUR_MS / 2);
    await fresh(world).look(signal);
    expect(await Array.fromAsync(objects.list(''))).toHaveLength(2);
    world.pass(2 * HOUR_MS);
    // Of a file no name is truncated: there is nothing to scavenge.
    expect(await fresh(world).look(signal)).toEqual({ outcome: 'nothing due' });
    const left = await Array.fromAsync(objects.list(''));
    expect(left.map(({ key }) => key)).toEqual([`${pictureObjects(uid, 2)}1-640-0.webp`]);
  });

  it('reads no part of the log twice', async () => {
    await using world = await openWorld();
    for (let n = 0; n < 20; n++) await world.submitJob();
    world.pass(2 * HOUR_MS);
    const { eventStore } = world;
    let read = 0;
    const counting = Object.assign(Object.create(eventStore), {
      async *subscribe(...args: Parameters<typeof eventStore.subscribe>) {
        for await (const step of eventStore.subscribe(...args)) {
          if (step.event) read++;
          yield step;
        }
      },
      append: eventStore.append.bind(eventStore),
      read: eventStore.read.bind(eventStore),
      truncate: eventStore.truncate.bind(eventStore),
    });
    for (let n = 0; n < 3; n++) await fresh({ ...world, eventStore: counting }).look(signal);
    expect(read).toBe(20);
  });
});
