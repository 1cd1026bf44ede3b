import { expect, it } from 'vitest';
import { Turns, UnderWay } from './turns.ts';

function works(turns: Turns, count: number) {
  const started: number[] = [];
  const ends = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const all = ends.map(({ promise }, index) =>
    turns.run(async () => {
      started.push(index);
      await promise;
      return index;
    }),
  );
  return { started, end: (index: number) => ends[index]?.resolve(), all: Promise.all(all) };
}

const turn = () => new Promise(setImmediate);

it('lets no more run than its limit, in the order of the calls, also where the limit changes', async () => {
  const turns = new Turns(1);
  const { started, end, all } = works(turns, 6);
  await turn();
  expect(started).toEqual([0]);
  turns.limit = 3;
  await turn();
  expect(started).toEqual([0, 1, 2]);
  turns.limit = 1;
  end(1);
  end(0);
  await turn();
  expect(started).toEqual([0, 1, 2]);
  end(2);
  await turn();
  expect(started).toEqual([0, 1, 2, 3]);
  for (const index of [3, 4, 5]) end(index);
  expect(await all).toEqual([0, 1, 2, 3, 4, 5]);
});

it('gives the turn on where work fails', async () => {
  const turns = new Turns(1);
  const failed = turns.run(() => Promise.reject(new Error('no')));
  const next = turns.run(async () => 'next');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('next');
});

it('is idle once nothing runs or waits', async () => {
  const turns = new Turns(1);
  await turns.idle();
  const { end } = works(turns, 2);
  let idle = false;
  const waiting = turns.idle().then(() => {
    idle = true;
  });
  end(0);
  await turn();
  expect(idle).toBe(false);
  end(1);
  await waiting;
});

it('tells work when all that came before on its key has ended, however it ended, and nothing of other keys', async () => {
  const underWay = new UnderWay();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const ended: string[] = [];
  const begin = (key: string, work?: Promise<void>) =>
    underWay.run(key, async (earlier) => {
      await (work ?? earlier);
      ended.push(key);
    });
  const failed = expect(begin('a', first.promise)).rejects.toThrow('no');
  const others = [begin('a', second.promise), begin('a'), begin('b')];
  await turn();
  expect(ended).toEqual(['b']);
  second.resolve();
  await turn();
  expect(ended).toEqual(['b', 'a']);
  first.reject(new Error('no'));
  await Promise.all([failed, ...others]);
  expect(ended).toEqual(['b', 'a', 'a']);
});
