import type { EventStore, EventToAppend } from '@inkstream/event-store';
import { describe, expect, it } from 'vitest';
import { createProgress } from './progress.ts';

/** A store that holds checkpoints only, and a clock. */
function setUp(stored?: string) {
  const saved: unknown[] = stored === undefined ? [] : [stored];
  const clock = { ms: 0 };
  const store = {
    async *read() {
      if (saved.length > 0) yield { data: { position: saved.at(-1) } };
    },
    async append(_stream: string, [event]: readonly EventToAppend[]) {
      saved.push(event?.data.position);
      return { revision: saved.length, position: '' };
    },
  } as unknown as EventStore;
  const turn = { over: false };
  const progress = createProgress({ store, name: 'test', maySave: () => !turn.over, now: () => clock.ms });
  return { saved, clock, turn, progress };
}

describe('the progress of the relay', () => {
  it('begins at the checkpoint, and stands where it last published from then on', async () => {
    const { progress } = setUp('7');
    expect(await progress.load()).toBe('7');
    await progress.advance('8', 1);
    expect(await progress.load()).toBe('8');
  });

  it('saves a checkpoint after 200 ms or 5,000 events, not for every batch', async () => {
    const { progress, saved, clock } = setUp();
    expect(await progress.load()).toBeUndefined();
    for (const position of ['1', '2', '3']) await progress.advance(position, 500);
    expect(saved).toEqual([]);
    clock.ms = 200;
    await progress.advance('4', 1);
    expect(saved).toEqual(['4']);
    await progress.advance('5', 4_999);
    await progress.advance('6', 1);
    expect(saved).toEqual(['4', '6']);
  });

  it('saves nothing where no event was published, since each checkpoint is news in the log', async () => {
    const { progress, saved, clock } = setUp();
    await progress.load();
    for (clock.ms = 0; clock.ms < 10_000; clock.ms += 500) await progress.advance(String(clock.ms), 0);
    await progress.save();
    expect(saved).toEqual([]);
  });

  it('saves what is left at the end, once', async () => {
    const { progress, saved } = setUp();
    await progress.load();
    await progress.advance('1', 1);
    await progress.save();
    await progress.save();
    expect(saved).toEqual(['1']);
  });

  it('saves nothing once its turn is over, and what is left where it comes back', async () => {
    const { progress, saved, turn } = setUp();
    await progress.load();
    turn.over = true;
    await progress.advance('1', 5_000);
    await progress.save();
    expect(saved).toEqual([]);
    turn.over = false;
    await progress.save();
    expect(saved).toEqual(['1']);
  });
});
