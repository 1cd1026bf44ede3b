import type { EventStore, EventToAppend, JsonObject } from '@inkstream/event-store';
import { describe, expect, it, vi } from 'vitest';
import { createProgress } from './progress.ts';

/** A store that holds checkpoints only, a bus that says where its topics end, and a clock. */
function setUp(...stored: JsonObject[]) {
  const saved = [...stored];
  const clock = { ms: 0 };
  const topics: Record<string, number[]> = { feed: [100_000] };
  const store = {
    async *read() {
      for (const data of saved.toReversed()) yield { data };
    },
    async append(_stream: string, [event]: readonly EventToAppend[]) {
      if (event) saved.push(event.data);
      return { revision: saved.length, position: '' };
    },
  } as unknown as EventStore;
  const bus = { ends: vi.fn(async (topic: string) => topics[topic] ?? []) };
  const log = { error: vi.fn() };
  const turn = { over: false };
  const options = { store, bus, log, name: 'test', maySave: () => !turn.over, now: () => clock.ms };
  const progress = createProgress(options);
  const advance = (position: string, events: number, to = new Map<string, number>()) => {
    const messages = [...to].map(([topic, count]) => [topic, Array(count).fill({})] as const);
    return progress.advance({ position, events, messages: new Map(messages) });
  };
  return {
    ...{ saved, clock, topics, bus, log, turn, progress, advance },
    again: () => createProgress(options),
    positions: () => saved.map(({ position }) => position),
  };
}

describe('the progress of the relay', () => {
  it('begins at the checkpoint, and stands where it last published from then on', async () => {
    const { progress, advance } = setUp({ position: '7' });
    expect(await progress.load()).toBe('7');
    await advance('8', 1);
    expect(await progress.load()).toBe('8');
  });

  it('saves a checkpoint after a second or 10,000 events, not for every batch', async () => {
    const { progress, advance, positions, clock } = setUp();
    expect(await progress.load()).toBeUndefined();
    for (const position of ['1', '2', '3']) await advance(position, 500);
    expect(positions()).toEqual([]);
    clock.ms = 1_000;
    await advance('4', 1);
    expect(positions()).toEqual(['4']);
    await advance('5', 9_999);
    await advance('6', 1);
    expect(positions()).toEqual(['4', '6']);
  });

  it('saves nothing if no event was published, since each checkpoint is news in the log', async () => {
    const { progress, advance, saved, clock } = setUp();
    await progress.load();
    for (clock.ms = 0; clock.ms < 10_000; clock.ms += 500) await advance(String(clock.ms), 0);
    await progress.save();
    expect(saved).toEqual([]);
  });

  it('saves what is left at the end, once', async () => {
    const { progress, advance, positions } = setUp();
    await progress.load();
    await advance('1', 1);
    await progress.save();
    await progress.save();
    expect(positions()).toEqual(['1']);
  });

  it('saves nothing once its turn is over, and what is left once it comes back', async () => {
    const { progress, advance, positions, turn } = setUp();
    await progress.load();
    turn.over = true;
    await advance('1', 10_000);
    await progress.save();
    expect(positions()).toEqual([]);
    turn.over = false;
    await progress.save();
    expect(positions()).toEqual(['1']);
  });
});

describe('the progress of a relay whose bus lost messages', () => {
  const history = [
    { position: '1', ends: { feed: [10, 10] } },
    { position: '2', ends: { feed: [20, 20], work: [5] } },
    { position: '3', ends: { feed: [30, 30], work: [9] } },
  ];

  it('stands at the checkpoint while the topics have what it notes, or more', async () => {
    const { progress, topics, saved, log } = setUp(...history);
    Object.assign(topics, { feed: [30, 31], work: [9, 0] });
    expect(await progress.load()).toBe('3');
    expect(saved).toEqual(history);
    expect(log.error).not.toHaveBeenCalled();
  });

  it('goes back to the last checkpoint that every topic still holds, says so, and notes it at once', async () => {
    const { progress, topics, saved, log, again } = setUp(...history);
    Object.assign(topics, { feed: [25, 40], work: [9] });
    expect(await progress.load()).toBe('2');
    expect(saved.slice(3)).toEqual([history[1]]);
    expect(log.error).toHaveBeenCalledWith(
      { topics: ['feed'], from: '2', published: '3' },
      expect.any(String),
    );
    // Half of what was lost is published again, and the relay dies.
    Object.assign(topics, { feed: [30, 45] });
    expect(await again().load()).toBe('2');
  });

  it.each([
    ['was deleted', undefined],
    ['was recreated', [0, 0, 0, 0]],
    ['was truncated further than any checkpoint', [9, 30]],
  ])('goes back to the start of the log if a topic %s', async (_, feed) => {
    const { progress, topics, saved } = setUp(...history);
    Object.assign(topics, { feed, work: [9] });
    expect(await progress.load()).toBeUndefined();
    expect(saved.slice(3)).toEqual([{ position: null, ends: {} }]);
  });

  it('never goes on from a checkpoint of before it went back, though a topic has grown past it', async () => {
    const { progress, topics } = setUp(
      ...history,
      { position: '1', ends: { feed: [10, 10] } },
      {
        position: '2',
        ends: { feed: [31, 12], work: [12] },
      },
    );
    Object.assign(topics, { feed: [30, 50], work: [12] });
    expect(await progress.load()).toBe('1');
  });

  it('saves no checkpoint over a loss, and notices one while nothing is published', async () => {
    const { progress, topics, advance, positions, clock } = setUp(history[2] ?? {});
    Object.assign(topics, { feed: [30, 30], work: [9] });
    await progress.load();
    await advance('4', 3, new Map([['feed', 3]]));
    Object.assign(topics, { feed: [30, 32] });
    clock.ms = 1_000;
    await expect(advance('5', 0)).rejects.toThrow('Messages are gone from feed');
    expect(positions()).toEqual(['3']);
    // As the relay does at a fault.
    expect(await progress.load()).toBe('3');
    await advance('5', 0);
    Object.assign(topics, { work: [8] });
    clock.ms += 30_000;
    await expect(advance('6', 0)).rejects.toThrow('Messages are gone from work');
  });
});
