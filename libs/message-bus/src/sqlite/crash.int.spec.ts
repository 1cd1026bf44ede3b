import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openSqliteMessageBus } from './index.ts';
import { DEAD, GROUP, handle, isPoison, type Note, TOPIC } from './spec-support/worker.ts';

const WORKER = join(import.meta.dirname, 'spec-support', 'worker.ts');
/** When the process is killed: after this many notes. */
const INSTANTS = [1, 60, 150, 500];
const NUMBERS_PER_ROUND = 1_000_000;
/** Progress is saved 5 ms after a message is finished: at the next turn of the event loop after that. */
const FORGOTTEN_MS = 100;
/** If more than this passed between two notes, the process was stopped and could not save either. */
const STANDSTILL_MS = 5;

let folder: string;
let notes: Note[];
/** For each round, how many notes there were when its process was dead. */
const deaths: number[] = [];
const deadLetters: string[] = [];

function readNotes(path: string): Note[] {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  // The last line may be incomplete.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Note);
}

/** Waits until something holds, for 10 s at most; unlike `expect.poll` it may be used outside of a test. */
const until = (holds: () => boolean | Promise<boolean>) =>
  vi.waitFor(async () => expect(await holds()).toBe(true), { timeout: 10_000, interval: 5 });

async function workAndKill(file: string, path: string, round: number, after: number): Promise<void> {
  const before = readNotes(path).length;
  const args = [WORKER, file, path, String(round * NUMBERS_PER_ROUND + 1)];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args]);
  const exited = once(child, 'exit');
  await until(() => readNotes(path).length >= before + after);
  child.kill('SIGKILL');
  expect((await exited)[1]).toBe('SIGKILL');
}

/** Handles what the killed processes left. */
async function finishTheRest(file: string): Promise<void> {
  const bus = await openSqliteMessageBus({ file });
  const handler = handle((did, value) => void notes.push({ did, value, at: Date.now() }));
  await bus.consume({ topic: TOPIC, group: GROUP, concurrency: 50, deadLetterTopic: DEAD, handler });
  await until(async () => (await bus.lag(TOPIC, GROUP)) === 0);
  const collect = ({ value }: { value: string }) => void deadLetters.push(value);
  await bus.tail({ topic: DEAD, from: 'beginning', handler: collect });
  await until(async () => (await bus.lag(DEAD, 'nobody')) === deadLetters.length);
  await bus.close();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-message-bus-'));
  const [file, path] = [join(folder, 'bus.db'), join(folder, 'notes')];
  for (const [round, instant] of INSTANTS.entries()) {
    await workAndKill(file, path, round, instant);
    deaths.push(readNotes(path).length);
  }
  notes = readNotes(path);
  await finishTheRest(file);
});
afterAll(() => rm(folder, { recursive: true }));

const valuesOf = (did: Note['did']) => notes.filter((note) => note.did === did).map(({ value }) => value);

it('loses no published message when its process is killed at any instant', () => {
  const published = valuesOf('publish');
  expect(published.length).toBeGreaterThan(100);
  const handled = new Set(valuesOf('handle'));
  const dead = new Set(deadLetters);
  expect(published.filter((value) => !handled.has(value) && !dead.has(value))).toEqual([]);
  expect(published.filter((value) => isPoison({ value }) && !dead.has(value))).toEqual([]);
});

it('dead-letters each message once, whatever the instant', () => {
  expect(deadLetters).toEqual([...new Set(deadLetters)]);
  expect(deadLetters.filter((value) => !isPoison({ value }))).toEqual([]);
});

it('keeps the order of each key over all kills', () => {
  const first = [...new Set(valuesOf('handle'))].map(Number);
  for (let key = 0; key < 12; key++) {
    const ofKey = first.filter((n) => n % 12 === key);
    expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
  }
});

/** How many of the notes were old enough at the end for their progress to be saved. */
function countSettled(ofTheDead: readonly Note[]): number {
  let age = 0;
  let settled = ofTheDead.length;
  for (; settled > 1 && age < FORGOTTEN_MS; settled--) {
    const gap = (ofTheDead[settled - 1]?.at ?? 0) - (ofTheDead[settled - 2]?.at ?? 0);
    age += Math.min(gap, STANDSTILL_MS);
  }
  return age < FORGOTTEN_MS ? 0 : settled;
}

it('redelivers only what was finished just before a kill', () => {
  let settled = 0;
  for (const [round, death] of deaths.entries()) {
    const ofTheDead = notes.slice(deaths[round - 1] ?? 0, death);
    const handledLater = new Set(
      notes.slice(death).flatMap(({ did, value }) => (did === 'handle' ? value : [])),
    );
    const saved = ofTheDead.slice(0, countSettled(ofTheDead)).filter(({ did }) => did === 'handle');
    expect(saved.filter(({ value }) => handledLater.has(value))).toEqual([]);
    settled += saved.length;
  }
  expect(settled).toBeGreaterThan(0);
});
