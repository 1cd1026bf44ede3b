import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { toArray } from '../contract/subject.ts';
import { openSqliteEventStore } from './index.ts';
import { type Acknowledged, EVENTS_PER_APPEND } from './spec-support/appender.ts';

const APPENDER = join(import.meta.dirname, 'spec-support', 'appender.ts');
/** When the process is killed, in ms after its first acknowledgement. */
const INSTANTS_MS = [0, 11, 37, 97];

function readNotes(path: string): Acknowledged[] {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  // The last line may be incomplete.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Acknowledged);
}

async function appendAndKill(file: string, notes: string, afterMs: number): Promise<void> {
  const before = readNotes(notes).length;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', APPENDER, file, notes]);
  const exited = once(child, 'exit');
  await expect.poll(() => readNotes(notes).length, { timeout: 10_000, interval: 2 }).toBeGreaterThan(before);
  await sleep(afterMs);
  child.kill('SIGKILL');
  expect((await exited)[1]).toBe('SIGKILL');
}

it('loses no acknowledged append and shows no half one when its process is killed at any instant', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-event-store-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [file, notes] = [join(folder, 'events.db'), join(folder, 'acknowledged')];
  for (const instant of INSTANTS_MS) {
    await appendAndKill(file, notes, instant);
    const acknowledged = readNotes(notes);
    const store = await openSqliteEventStore({ file });
    for (const stream of ['s0', 's1', 's2']) {
      const stored = await toArray(store.read(stream));
      expect(stored.map(({ revision }) => revision)).toEqual(stored.map((_, index) => index));
      const parts = stored.map(({ data }) => data.part);
      expect(parts).toEqual(parts.map((_, index) => index % EVENTS_PER_APPEND));
      expect(stored.length % EVENTS_PER_APPEND).toBe(0);
      for (const { revision, ids } of acknowledged.filter((one) => one.stream === stream)) {
        const kept = stored.slice(revision + 1 - EVENTS_PER_APPEND, revision + 1);
        expect(kept.map(({ id }) => id)).toEqual(ids);
      }
    }
    await store.close();
  }
  expect(readNotes(notes).length).toBeGreaterThan(INSTANTS_MS.length);
});
