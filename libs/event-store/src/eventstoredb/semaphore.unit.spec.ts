import { expect, it } from 'vitest';
import { KeyedOrder, Semaphore } from './semaphore.ts';

const ONE = { count: 1, size: 100 };

function works(semaphore: Semaphore, count: number) {
  const started: number[] = [];
  const ends = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const all = ends.map(({ promise }, index) =>
    semaphore.run(1, async () => {
      started.push(index);
      await promise;
      return index;
    }),
  );
  return { started, end: (index: number) => ends[index]?.resolve(), all: Promise.all(all) };
}

const turn = () => new Promise(setImmediate);

it('lets no more run than its limit, in the order of the calls, even if the limit changes', async () => {
  const semaphore = new Semaphore(ONE);
  const { started, end, all } = works(semaphore, 6);
  await turn();
  expect(started).toEqual([0]);
  semaphore.limits = { count: 3, size: 100 };
  await turn();
  expect(started).toEqual([0, 1, 2]);
  semaphore.limits = ONE;
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

it('lets no more run than its size limit allows, but always one', async () => {
  const semaphore = new Semaphore({ count: 10, size: 100 });
  const ends = [60, 60, 40, 500, 1].map((size) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const work = { size, started: false, end: resolve };
    void semaphore.run(size, () => {
      work.started = true;
      return promise;
    });
    return work;
  });
  const started = () => ends.filter((work) => work.started).map(({ size }) => size);
  await turn();
  expect(started()).toEqual([60]);
  ends[0]?.end();
  await turn();
  expect(started()).toEqual([60, 60, 40]);
  ends[1]?.end();
  await turn();
  expect(started()).toHaveLength(3);
  ends[2]?.end();
  await turn();
  expect(started()).toEqual([60, 60, 40, 500]);
  ends[3]?.end();
  await turn();
  expect(started()).toHaveLength(5);
});

it('starts the next work if work fails', async () => {
  const semaphore = new Semaphore(ONE);
  const failed = semaphore.run(1, () => Promise.reject(new Error('no')));
  const next = semaphore.run(1, async () => 'next');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('next');
});

it('is idle once nothing runs or waits', async () => {
  const semaphore = new Semaphore(ONE);
  await semaphore.idle();
  const { end } = works(semaphore, 2);
  let idle = false;
  const waiting = semaphore.idle().then(() => {
    idle = true;
  });
  end(0);
  await turn();
  expect(idle).toBe(false);
  end(1);
  await waiting;
});

it('tells work when all earlier work on its key has ended, however it ended, regardless of other keys', async () => {
  const order = new KeyedOrder();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const ended: string[] = [];
  const begin = (key: string, work?: Promise<void>) =>
    order.run(key, async (earlier) => {
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
