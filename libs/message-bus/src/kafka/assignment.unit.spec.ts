import type { KafkaMessage } from 'kafkajs';
import { beforeEach, expect, it } from 'vitest';
import { Assignment, type Work } from './assignment.ts';
import type { Committed } from './partition.ts';

let committed: Map<number, Committed>;
let sought: [partition: number, offset: number][];
let lost: number[];
let assignment: Assignment;
beforeEach(() => {
  committed = new Map();
  sought = [];
  lost = [];
  assignment = new Assignment({
    fetchCommitted: async () => committed,
    seek: (...place) => void sought.push(place),
    onLost: ({ id }) => void lost.push(id),
  });
});

const batch = (first: number, last: number): KafkaMessage[] =>
  Array.from({ length: last - first + 1 }, (_, n) => ({
    key: Buffer.from(`k${first + n}`),
    value: Buffer.from(''),
    timestamp: '0',
    attributes: 0,
    offset: String(first + n),
    headers: {},
  }));
const add = (partition: number, messages: KafkaMessage[]) => assignment.add(partition, messages, () => false);

function takeAll(): Work[] {
  const taken: Work[] = [];
  for (let work = assignment.take(); work; work = assignment.take()) taken.push(work);
  return taken;
}
const offsetsOf = (taken: readonly Work[]) => taken.map(({ pending }) => pending.offset);
const finish = (taken: readonly Work[]) => {
  for (const { partition, pending } of taken) partition.finish(pending);
};

it('goes on where it is with a partition that stays over a rebalance, and drops one that does not', async () => {
  assignment.assign([0, 1]);
  await add(0, batch(0, 3));
  await add(1, batch(0, 3));
  const taken = takeAll();
  expect(taken).toHaveLength(8);
  assignment.assign([0, 2]);
  expect([lost, sought]).toEqual([[1], [[0, 4]]]);
  await add(0, batch(2, 5));
  expect(offsetsOf(takeAll())).toEqual([4, 5]);
});

it('commits only up to the lowest unfinished offset, records what is finished beyond it, and repeats nothing', async () => {
  assignment.assign([0]);
  committed.set(0, { offset: 10, metadata: '' });
  await add(0, batch(10, 15));
  const taken = takeAll();
  finish(taken.filter(({ pending }) => pending.offset !== 11));
  expect(assignment.toCommit()).toEqual(new Map([[0, { offset: 11, metadata: 'done1:1.3' }]]));
  assignment.markCommitted(assignment.toCommit());
  expect(assignment.toCommit()).toEqual(new Map());
  finish(taken.filter(({ pending }) => pending.offset === 11));
  expect(assignment.toCommit()).toEqual(new Map([[0, { offset: 16, metadata: '' }]]));
});

it('commits the offset that it begins at, so that nobody trims what it has yet to do', async () => {
  assignment.assign([0]);
  await add(0, batch(7, 9));
  expect(assignment.toCommit()).toEqual(new Map([[0, { offset: 7, metadata: '' }]]));
});

it('skips what was finished before beyond the committed offset, and remembers the part that it has not read', async () => {
  assignment.assign([0]);
  committed.set(0, { offset: 10, metadata: 'done1:1.1 2.3' });
  await add(0, batch(10, 13));
  const taken = takeAll();
  expect(offsetsOf(taken)).toEqual([10, 13]);
  finish(taken.slice(0, 1));
  expect(assignment.toCommit()).toEqual(new Map([[0, { offset: 13, metadata: 'done1:2.3' }]]));
});

it('commits again after each rebalance, since a commit before it may have been lost', async () => {
  assignment.assign([0]);
  await add(0, batch(0, 0));
  finish(takeAll());
  assignment.markCommitted(assignment.toCommit());
  assignment.assign([0]);
  expect(assignment.toCommit()).toEqual(new Map([[0, { offset: 1, metadata: '' }]]));
});

it('drops a partition that another consumer worked on meanwhile, and reads on from there', async () => {
  assignment.assign([0]);
  await add(0, batch(0, 9));
  takeAll();
  committed.set(0, { offset: 5, metadata: '' });
  assignment.assign([0]);
  await assignment.verified();
  expect([lost, sought]).toEqual([
    [0],
    [
      [0, 10],
      [0, 5],
    ],
  ]);
  expect(await assignment.add(0, batch(10, 12), () => true)).toBe(false);
  expect(await add(0, batch(5, 12))).toBe(true);
  expect(offsetsOf(takeAll())).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
});

it('takes nothing from a partition that is revoked while it asks where to begin', async () => {
  assignment.assign([0]);
  const adding = add(0, batch(0, 2));
  assignment.assign([1]);
  expect(await adding).toBe(false);
  expect(takeAll()).toEqual([]);
});

it('adds nothing and commits nothing while it is not known whether it was overtaken', async () => {
  let down = false;
  assignment = new Assignment({
    fetchCommitted: async () => {
      if (down) throw new Error('down');
      return committed;
    },
    seek: () => {},
    onLost: () => {},
  });
  assignment.assign([0]);
  await add(0, batch(0, 2));
  down = true;
  assignment.assign([0]);
  await expect(assignment.verified()).rejects.toThrow('down');
  await expect(add(0, batch(3, 4))).rejects.toThrow('down');
  down = false;
  expect(await add(0, batch(3, 4))).toBe(true);
});
