import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudEventMessage, fromMessage, toMessage } from '@inkstream/contracts';
import {
  DOMAIN_STREAM_PREFIX,
  DomainError,
  type ExecutionCommand,
  type JobCommand,
  jobStream,
  type RecordedDomainEvent,
} from '@inkstream/domain';
import { type EventStore, isFence, type Position } from '@inkstream/event-store';
import {
  eraseExecutions,
  executeOnExecution,
  executeOnJob,
  forgetExecutions,
  fromStored,
  readExecution,
  readExecutions,
  readJob,
  readWholeJob,
  type WholeJob,
} from '@inkstream/job-store';
import type { Documents } from '@inkstream/read-model';
import { type Backends, closeBackends, openBackends, silentLogger } from '@inkstream/service-kit';

/** The embedded backends in a new folder, which `remove` closes and removes. */
export async function openTestBackends(): Promise<
  Backends & { readonly folder: string; remove(): Promise<void> }
> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-projection-'));
  const backends = await openBackends(
    { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder },
    silentLogger(),
  );
  return {
    ...backends,
    folder,
    async remove() {
      await closeBackends(backends);
      await rm(folder, { recursive: true });
    },
  };
}

const caller = { tenant: 'default', actor: 'tester', requestId: 'r' };
const fault = { code: 'timeout', message: 'too slow' } as const;
const sha256 = '0'.repeat(64);
const FAR = { maxExecutions: 1_000 };

export const uidOf = (id: number): string => `01936000-0000-7000-8000-${String(id).padStart(12, '0')}`;

export const submission = (id: number, files = 2): JobCommand => ({
  type: 'SubmitJob',
  uid: uidOf(id),
  tenant: caller.tenant,
  name: `Job ${id}`,
  files: Array.from({ length: files }, (_, n) => ({
    originalName: `receipt-${n}.png`,
    mimeType: 'image/png',
    bytes: 1,
    sha256,
    storageKey: `jobs/${uidOf(id)}/files/${n + 1}`,
    providers: [n % 2 ? 'a' : 'b'],
  })),
});

export const onJob = (store: EventStore, id: number, command: JobCommand) =>
  executeOnJob(store, id, command, { caller });
export const onExecution = (store: EventStore, id: number, executionId: number, command: ExecutionCommand) =>
  executeOnExecution(store, { jobId: id, executionId }, command, { caller, uid: uidOf(id) });

/** Asks for a file to be read by one more provider. */
export const request = (store: EventStore, id: number, provider: string) =>
  onJob(store, id, { type: 'RequestExecution', fileId: 1, provider, executions: new Map(), ...FAR });

export const completion = (attempt: number): ExecutionCommand => ({
  type: 'CompleteExecution',
  attempt,
  resultKey: `results/${attempt}`,
  resultBytes: 10,
  resultSha256: sha256,
  pages: 1,
  model: 'm',
  durationMs: 5,
});

/** Deletes a job or one of its files (with `fileId`) the way the gateway and the eraser do, streams included. */
export async function remove(store: EventStore, id: number, fileId?: number): Promise<void> {
  const { state } = await readJob(store, id);
  if (state.status !== 'open') return;
  const all = state.executions;
  const executions = await readExecutions(
    store,
    id,
    all.map((one) => one.id),
  );
  const own = { force: true, reason: 'asked', executions };
  const { revision } = await onJob(
    store,
    id,
    fileId === undefined ? { type: 'DeleteJob', ...own } : { type: 'DeleteFile', fileId, ...own },
  );
  const doomed = all.filter((one) => fileId === undefined || one.fileId === fileId).map((one) => one.id);
  const ended = await eraseExecutions(store, id, doomed, 'asked', { caller, uid: uidOf(id) });
  await forgetExecutions(store, id, ended);
  if (fileId === undefined && revision !== null) await store.truncate(jobStream(id), revision);
}

/** Does one of many things to a job: which, `choice` says. What its rules do not allow is left. */
export async function act(store: EventStore, id: number, choice: number): Promise<void> {
  const { state } = await readJob(store, id);
  const count = state.status === 'open' ? state.executions.length : 1;
  const executionId = 1 + (choice % count);
  const kind = Math.floor(choice / count) % 11;
  const { state: execution } = await readExecution(store, { jobId: id, executionId });
  const { attempt } = execution;
  const fileId = 1 + (choice % 2);
  const start: ExecutionCommand = { type: 'StartExecution', attempt: attempt + 1, worker: 'w' };
  const commands: readonly ExecutionCommand[] = [
    start,
    start,
    start,
    completion(attempt),
    completion(attempt),
    { type: 'FailExecution', attempt, error: fault },
    { type: 'ScheduleRetry', attempt, error: fault, notBefore: '2026-11-24T12:00:00.000Z' },
    { type: 'ReleaseExecution', attempt },
  ];
  const command = commands[kind];
  try {
    if (command) await onExecution(store, id, executionId, command);
    else if (kind === 8) await request(store, id, `p${choice}`);
    else await remove(store, id, kind === 9 || choice % 3 ? fileId : undefined);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}

/** A job to which these things happened: every one of its executions is started and completed if there are none. */
export async function addJob(store: EventStore, id: number, choices?: readonly number[]): Promise<void> {
  await onJob(store, id, submission(id));
  if (choices) for (const choice of choices) await act(store, id, choice);
  else
    for (const executionId of [1, 2]) {
      await onExecution(store, id, executionId, { type: 'StartExecution', attempt: 1, worker: 'w' });
      await onExecution(store, id, executionId, completion(1));
    }
}

/** Makes messages of the log, as the relay does: each call takes what was appended since the one before. */
export class TestRelay {
  readonly #store: EventStore;
  #after: Position | undefined;

  constructor(store: EventStore) {
    this.#store = store;
  }

  async take(): Promise<CloudEventMessage[]> {
    const messages: CloudEventMessage[] = [];
    const { signal } = new AbortController();
    const log = this.#store.subscribe({ streamPrefix: DOMAIN_STREAM_PREFIX, after: this.#after, signal });
    for await (const { event, position, caughtUp } of log) {
      this.#after = position;
      if (event && !isFence(event)) messages.push(toMessage(fromStored(event), event.id));
      if (caughtUp) break;
    }
    return messages;
  }

  async takeEvents(): Promise<RecordedDomainEvent[]> {
    return (await this.take()).map(fromMessage);
  }
}

/** What the documents of a job should be. */
export async function truthOf(store: EventStore, id: number): Promise<WholeJob | null> {
  return await readWholeJob(store, id);
}

/** What they are. */
export async function documentsOf(documents: Documents, id: number): Promise<WholeJob | null> {
  const [jobs, executions] = await Promise.all([documents.getJobs([id]), documents.executionsOf(id)]);
  const job = jobs.get(id)?.view;
  return job ? { job, executions: executions.map(({ view }) => view) } : null;
}
