import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slots } from './slots.ts';

const { signal } = new AbortController();
const of = (key: string, alone = false) => ({ key, alone, signal });

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
    const slots = new Slots<string>(2);
    await Promise.all(['a', 'b', 'c'].map((name) => slots.run(work(name), of('one job'))));
    expect(notes).toEqual(
      ['+a', '+b', '-a', '+c', '-b', '-c'].sort((x, y) => notes.indexOf(x) - notes.indexOf(y)),
    );
    expect(notes.indexOf('+c')).toBeGreaterThan(notes.indexOf('-a'));
  });

  it('serves the keys in turn, however much one of them has', async () => {
    const { notes, work } = recorder();
    const slots = new Slots<string>(1);
    const work1 = ['a1', 'a2', 'a3', 'a4'].map((name) => slots.run(work(name), of('a')));
    const work2 = ['b1', 'b2', 'c1'].map((name) => slots.run(work(name), of(name.charAt(0))));
    await Promise.all([...work1, ...work2]);
    const started = notes.filter((note) => note.startsWith('+'));
    expect(started).toEqual(['+a1', '+b1', '+c1', '+a2', '+b2', '+a3', '+a4']);
  });

  it('runs what is to run alone alone, and lets nobody overtake it', async () => {
    const { notes, work } = recorder();
    const slots = new Slots<string>(2);
    await Promise.all([
      slots.run(work('a'), of('a')),
      slots.run(work('b'), of('b', true)),
      slots.run(work('c'), of('c')),
    ]);
    expect(notes).toEqual(['+a', '-a', '+b', '-b', '+c', '-c']);
  });

  it('frees the slot of work that fails', async () => {
    const slots = new Slots<string>(1);
    const failing = slots.run(async () => Promise.reject(new Error('no')), of('a'));
    await expect(failing).rejects.toThrow('no');
    expect(await slots.run(async () => 'yes', of('a'))).toBe('yes');
  });

  it('lets waiting work leave, and those behind it move up', async () => {
    const slots = new Slots<string>(2);
    const leaving = new AbortController();
    const first = slots.run(() => sleep(20), of('a'));
    const alone = slots.run(async () => {}, { key: 'b', alone: true, signal: leaving.signal });
    const behind = slots.run(async () => 'moved up', of('c'));
    leaving.abort(new Error('stopping'));
    await expect(alone).rejects.toThrow('stopping');
    expect(await behind).toBe('moved up');
    await first;
  });
});

/** One step of a model run: work arrives, the oldest running work ends, or waiting work is aborted. */
const step = fc.oneof(
  fc.record({ do: fc.constant('arrive' as const), key: fc.integer({ min: 0, max: 4 }), alone: fc.boolean() }),
  fc.record({ do: fc.constant('arrive' as const), key: fc.constant(0), alone: fc.constant(false) }),
  fc.record({ do: fc.constant('end' as const), which: fc.nat() }),
  fc.record({ do: fc.constant('abort' as const), which: fc.nat() }),
);

interface Work {
  readonly key: number;
  readonly alone: boolean;
  readonly abort: AbortController;
  readonly end: () => void;
  state: 'waiting' | 'running' | 'over';
}

/** Slots of a size, all work that ever came to them, and what was wrong when some of it began. */
function model(size: number) {
  const slots = new Slots<number>(size);
  const all: Work[] = [];
  const done: Promise<unknown>[] = [];
  const wrong: string[] = [];
  const inState = (state: Work['state']) => all.filter((work) => work.state === state);
  const taken = (works: readonly Work[]) => works.reduce((sum, { alone }) => sum + (alone ? size : 1), 0);
  const runningOf = (key: number) => taken(inState('running').filter((work) => work.key === key));
  return {
    slots,
    all,
    done,
    wrong,
    inState,
    arrive(key: number, alone: boolean) {
      const { promise, resolve: end } = Promise.withResolvers<void>();
      const work: Work = { key, alone, abort: new AbortController(), end, state: 'waiting' };
      all.push(work);
      const run = async () => {
        const mine = runningOf(key);
        const poorer = inState('waiting').find((other) => runningOf(other.key) < mine);
        if (poorer) wrong.push(`${key} has ${mine} and got one more, while ${poorer.key} waits`);
        work.state = 'running';
        if (taken(inState('running')) > size) wrong.push('more runs than there are slots');
        await promise;
        work.state = 'over';
      };
      done.push(slots.run(run, { key, alone, signal: work.abort.signal }).catch(() => {}));
    },
    abort(work: Work | undefined) {
      if (!work) return;
      work.state = 'over';
      work.abort.abort();
    },
  };
}
const settle = () => new Promise(setImmediate);

it('never gives a slot to a key that has more than another that waits, loses no slot, and starves nobody', async () => {
  const sizes = fc.integer({ min: 1, max: 4 });
  const property = fc.asyncProperty(sizes, fc.array(step, { maxLength: 60 }), async (size, steps) => {
    const { slots, all, done, wrong, inState, arrive, abort } = model(size);
    for (const next of steps) {
      if (next.do === 'arrive') arrive(next.key, next.alone);
      else {
        const works = inState(next.do === 'end' ? 'running' : 'waiting');
        const work = works[next.which % works.length];
        if (next.do === 'end') work?.end();
        else abort(work);
      }
      await settle();
    }
    // Whoever waits is served after no more turns than there is work.
    for (let turns = 0; turns < all.length; turns++) {
      // One after another, since the model looks when work begins, a moment after its slot was given.
      for (const work of inState('running')) {
        work.end();
        await settle();
      }
    }
    expect(inState('over')).toHaveLength(all.length);
    await Promise.all(done);
    expect(wrong).toEqual([]);
    // All slots are free again.
    await slots.run(async () => {}, { key: 9, alone: true, signal: AbortSignal.timeout(1_000) });
  });
  await fc.assert(property, { numRuns: 200 });
});

it('serves keys with nothing running in the order in which they came', async () => {
  const slots = new Slots<string>(1);
  const served: string[] = [];
  const work = (key: string) => () => {
    served.push(key);
    return sleep(1);
  };
  const busy: Promise<void>[] = [];
  // Keys that come and go for ever: each is new, and each has nothing running.
  for (let n = 0; n < 5; n++) busy.push(slots.run(work(`early ${n}`), of(`early ${n}`)));
  const patient = slots.run(work('patient'), of('patient'));
  for (let n = 0; n < 5; n++) busy.push(slots.run(work(`late ${n}`), of(`late ${n}`)));
  await Promise.all([patient, ...busy]);
  expect(served.indexOf('patient')).toBe(5);
});

describe('Slots that interactive and bulk work share', () => {
  /** Starts so much work of each priority at once, and resolves with the priorities in the order of their turns. */
  async function turnsOf(size: number, counts: { readonly interactive: number; readonly bulk: number }) {
    const slots = new Slots<number>(size);
    const turns: string[] = [];
    const start = (priority: 'interactive' | 'bulk', key: number) =>
      slots.run(async () => void turns.push(priority), { key, priority, signal });
    const all: Promise<void>[] = [];
    for (let n = 0; n < counts.bulk; n++) all.push(start('bulk', n % 3));
    for (let n = 0; n < counts.interactive; n++) all.push(start('interactive', n % 3));
    await Promise.all(all);
    return turns;
  }
  const bulkIn = (turns: readonly string[]) => turns.filter((turn) => turn === 'bulk').length;

  it.each([1, 4])('begin bulk work in one of ten turns while there is both, with %i slots', async (size) => {
    const turns = await turnsOf(size, { interactive: 450, bulk: 100 });
    // Of 450 interactive turns and the bulk ones among them; the first ones found all slots free.
    expect(bulkIn(turns.slice(size, size + 500))).toBe(50);
    for (let at = size; at + 10 <= 500; at++) expect(bulkIn(turns.slice(at, at + 10))).toBe(1);
    expect(turns.slice(size + 500)).toEqual(Array(turns.length - size - 500).fill('bulk'));
  });

  it('leave all of them to bulk work while there is no other', async () => {
    expect(await turnsOf(4, { interactive: 0, bulk: 100 })).toHaveLength(100);
  });

  it('let an interactive one go before a thousand of bulk, at the next free slot', async () => {
    const slots = new Slots<string>(1);
    const turns: string[] = [];
    const start = (priority: 'interactive' | 'bulk', key: string) =>
      slots.run(
        async () => {
          turns.push(key);
          await sleep(1);
        },
        { key, priority, signal },
      );
    const bulk = Array.from({ length: 20 }, (_, n) => start('bulk', `bulk-${n}`));
    await start('interactive', 'person');
    expect(turns).toEqual(['bulk-0', 'person']);
    await Promise.all(bulk);
  });
});
