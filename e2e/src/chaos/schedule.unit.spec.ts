import { mulberry32 } from '@inkstream/testing';
import { expect, it } from 'vitest';
import type { Fault } from './faults/fault.ts';
import { overlapping, playFaults } from './schedule.ts';

/** Notes what begins and ends. */
function noted(notes: string[], name: string, victim = name): Fault {
  return {
    kind: 'kill',
    ...{ name, victim },
    lastsMs: [1, 5],
    begin: async () => notes.push(`${name} begins`),
    end: async () => notes.push(`${name} ends`),
  };
}

const play = (lanes: readonly (readonly Fault[])[], seed: number) =>
  playFaults({
    lanes,
    randomOf: (lane) => mulberry32(seed + lane),
    forMs: 0,
    longestPauseMs: 5,
    onFault: () => {},
  });

it('plays every fault of every lane once, in an order that the seed decides', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const orders = [];
  for (const seed of [1, 1, 2]) {
    const notes: string[] = [];
    const faults = await play([names.map((name) => noted(notes, name))], seed);
    expect(faults.map(({ name }) => name).toSorted()).toEqual(names);
    orders.push(notes);
  }
  expect(orders[0]).toEqual(orders[1]);
  expect(orders[0]).not.toEqual(orders[2]);
});

it('plays lanes side by side, but never two faults of one victim at once', async () => {
  const notes: string[] = [];
  const lanes = ['kill', 'freeze'].map((what) => [
    noted(notes, `${what} x`, 'x'),
    noted(notes, `${what} y ${what}`),
  ]);
  const faults = await play(lanes, 3);
  const ofX = notes
    .filter((note) => note.includes(' x '))
    .map((note) => note.split(' ').slice(0, 2).join(' '));
  expect(ofX[0]).toBe(ofX[1]);
  expect(ofX[2]).toBe(ofX[3]);
  expect(overlapping(faults)).toBeGreaterThan(0);
});
