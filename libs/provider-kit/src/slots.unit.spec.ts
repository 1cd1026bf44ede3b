import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Slots } from './slots.ts';

const { signal } = new AbortController();

/** Work that notes when it starts and ends. */
function recorder() {
  const notes: string[] = [];
  const work = (name: string) => async () => {
    notes.push(`+${name}`);
    await sleep(5);
    notes.push(`-${name}`);
  };
  return { notes, work };
}

describe('Slots', () => {
  it('runs no more at once than there are, first come, first served', async () => {
    const { notes, work } = recorder();
    const slots = new Slots(2);
    await Promise.all(['a', 'b', 'c'].map((name) => slots.run(work(name), { alone: false, signal })));
    expect(notes).toEqual(
      ['+a', '+b', '-a', '+c', '-b', '-c'].sort((x, y) => notes.indexOf(x) - notes.indexOf(y)),
    );
    expect(notes.indexOf('+c')).toBeGreaterThan(notes.indexOf('-a'));
  });

  it('runs what is to run alone alone, and lets nobody overtake it', async () => {
    const { notes, work } = recorder();
    const slots = new Slots(2);
    await Promise.all([
      slots.run(work('a'), { alone: false, signal }),
      slots.run(work('b'), { alone: true, signal }),
      slots.run(work('c'), { alone: false, signal }),
    ]);
    expect(notes).toEqual(['+a', '-a', '+b', '-b', '+c', '-c']);
  });

  it('frees the slot of work that fails', async () => {
    const slots = new Slots(1);
    const failing = slots.run(async () => Promise.reject(new Error('no')), { alone: false, signal });
    await expect(failing).rejects.toThrow('no');
    expect(await slots.run(async () => 'yes', { alone: false, signal })).toBe('yes');
  });

  it('lets waiting work leave, and those behind it move up', async () => {
    const slots = new Slots(2);
    const leaving = new AbortController();
    const first = slots.run(() => sleep(20), { alone: false, signal });
    const alone = slots.run(async () => {}, { alone: true, signal: leaving.signal });
    const behind = slots.run(async () => 'moved up', { alone: false, signal });
    leaving.abort(new Error('stopping'));
    await expect(alone).rejects.toThrow('stopping');
    expect(await behind).toBe('moved up');
    await first;
  });
});
