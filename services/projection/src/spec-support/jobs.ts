import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudEventMessage, toMessage } from '@inkstream/contracts';
import {
  absentJob,
  DomainError,
  decide,
  evolve,
  type JobCommand,
  type JobEvent,
  jobStream,
  type RecordedJobEvent,
} from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { readJobEvents, toStored } from '@inkstream/job-store';
import { closeEngines, type Engines, openEngines, silentLogger } from '@inkstream/service-kit';

/** The embedded engines in a new folder, which `remove` closes and removes. */
export async function openTestEngines(): Promise<
  Engines & { readonly folder: string; remove(): Promise<void> }
> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-projection-'));
  const engines = await openEngines(
    { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder },
    silentLogger(),
  );
  return {
    ...engines,
    folder,
    async remove() {
      await closeEngines(engines);
      await rm(folder, { recursive: true });
    },
  };
}

const fault = { code: 'timeout', message: 'too slow' } as const;
const sha256 = '0'.repeat(64);

const submission = (name: string, files: number): JobCommand => ({
  type: 'SubmitJob',
  name,
  files: Array.from({ length: files }, (_, n) => ({
    originalName: `receipt-${n}.png`,
    mimeType: 'image/png',
    bytes: 1,
    sha256,
    storageKey: `files/${n}`,
    provider: n % 2 ? 'a' : 'b',
  })),
});

/** Some command for execution or file `n`, attempt `attempt`: which one `kind` says. */
function command(kind: number, n: number, attempt: number): JobCommand {
  const start = { type: 'StartExecution', executionId: n, attempt, worker: 'w' } as const;
  const completion: JobCommand = {
    type: 'CompleteExecution',
    executionId: n,
    attempt,
    resultKey: `results/${n}`,
    resultBytes: 10,
    resultSha256: sha256,
    pages: 1,
    model: 'm',
    durationMs: 5,
  };
  const commands: readonly JobCommand[] = [
    start,
    start,
    completion,
    completion,
    { type: 'FailExecution', executionId: n, attempt, error: fault },
    {
      type: 'ScheduleRetry',
      executionId: n,
      attempt,
      error: fault,
      notBefore: '2026-11-24T12:00:00.000Z',
    },
    { type: 'RequestExecution', fileId: n, provider: 'c', maxExecutions: 1_000 },
    { type: 'DeleteFile', fileId: n, force: true, reason: 'asked' },
    { type: 'DeleteJob', force: kind % 2 === 0, reason: 'asked' },
  ];
  return commands[kind % commands.length] ?? start;
}

/** The history of a job, made of whichever of these commands its rules allow. */
export function history(name: string, choices: readonly number[]): JobEvent[] {
  let state = absentJob;
  const events: JobEvent[] = [];
  const attempt = (asked: JobCommand) => {
    try {
      const decided = decide(asked, state);
      state = decided.reduce(evolve, state);
      events.push(...decided);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  };
  attempt(submission(name, 2));
  for (const choice of choices) {
    const n = 1 + (choice % 2);
    const last = state.status === 'open' ? (state.executions.get(n)?.attempt ?? 0) : 0;
    const kind = choice >> 1;
    attempt(command(kind, n, kind % 9 < 2 ? last + 1 : last));
  }
  return events;
}

/** Commits a job's whole history in one append. */
export async function commit(store: EventStore, id: number, events: readonly JobEvent[]): Promise<void> {
  await store.append(
    jobStream(id),
    events.map((event) => toStored(id, event)),
    { expected: 'no_stream' },
  );
}

/** What the relay publishes of a job. */
export async function messagesOf(store: EventStore, id: number): Promise<CloudEventMessage[]> {
  const events: RecordedJobEvent[] = [];
  for await (const event of readJobEvents(store, id)) events.push(event);
  return events.map((event) => toMessage(event, `${id}-${event.revision}`));
}
