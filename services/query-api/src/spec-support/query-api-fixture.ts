import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ExecutionProgress,
  JOB_EVENTS_TOPIC,
  PROGRESS_TOPIC,
  toMessage,
  toProgressMessage,
} from '@inkstream/contracts';
import {
  type ExecutionCommand,
  executionObjects,
  type JobCommand,
  jobObjects,
  type RecordedDomainEvent,
} from '@inkstream/domain';
import {
  eraseExecutions,
  executeOnExecution,
  executeOnJob,
  forgetExecutions,
  readExecutionEvents,
  readExecutions,
  readJob,
  readJobEvents,
  readWholeJob,
} from '@inkstream/job-store';
import { executionKeyOf } from '@inkstream/read-model';
import { type Backends, closeBackends, listen, openBackends, silentLogger } from '@inkstream/service-kit';
import { createQueryApi, type QueryApiOptions } from '../query-api.ts';

export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** A document to submit. */
export interface Upload {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly mimeType: string;
}
export const photo: Upload = { name: 'receipt.jpg', content: 'bytes of a photo', mimeType: 'image/jpeg' };

const caller = { tenant: 'default', actor: 'anonymous', requestId: 'spec' };

/** The uid of a job in these specs. */
export const uidOf = (jobId: number): string => `0193b1c4-0000-7000-8000-${String(jobId).padStart(12, '0')}`;

/** What a provider tells of a document of 50 pages. */
const firstPage: ExecutionProgress = {
  jobId: 1,
  executionId: 1,
  uid: uidOf(1),
  tenant: caller.tenant,
  attempt: 1,
  pagesDone: 1,
  pages: 50,
};

/** The service on real embedded backends and a socket, with the writing side's part played by functions. */
export async function startQueryApi(
  options: QueryApiOptions & { readonly backends?: (real: Backends) => Partial<Backends> } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'query-api-'));
  const log = silentLogger();
  const backends = await openBackends({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, log);
  const api = await createQueryApi({ ...backends, ...options.backends?.(backends), log, ...options });
  const server = await listen(api.app, { host: '127.0.0.1', port: 0 });
  const { eventStore, objects, readModel, bus } = backends;
  const run = (jobId: number, command: JobCommand) => executeOnJob(eventStore, jobId, command, { caller });
  const work = (jobId: number, executionId: number, command: ExecutionCommand) =>
    executeOnExecution(eventStore, { jobId, executionId }, command, { uid: uidOf(jobId), caller });
  const idsOf = async (jobId: number) => {
    const { state } = await readJob(eventStore, jobId);
    if (state.status === 'deleted') return Array.from({ length: state.executions }, (_, n) => n + 1);
    return state.status === 'open' ? state.executions.map(({ id }) => id) : [];
  };
  const publish = (events: readonly RecordedDomainEvent[]) =>
    bus.publish(
      JOB_EVENTS_TOPIC,
      events.map((event) => toMessage(event, `${event.type}-${event.jobId}-${event.revision}`)),
    );

  return {
    ...backends,
    api,
    folder,
    url: server.url,
    run,
    work,
    publish,
    get: (path: string, init?: RequestInit) => fetch(server.url + path, init),
    /** Another one on the same backends, with other options perhaps. */
    async replica(others: QueryApiOptions = {}) {
      const other = await createQueryApi({
        ...backends,
        ...options.backends?.(backends),
        log,
        ...options,
        ...others,
      });
      const door = await listen(other.app, { host: '127.0.0.1', port: 0 });
      const stop = async () => {
        await other.close();
        await door.close(100);
      };
      return {
        get: (path: string, init?: RequestInit) => fetch(door.url + path, init),
        stop,
        [Symbol.asyncDispose]: stop,
      };
    },
    /** Tells of progress as a provider does. */
    tell: (progress: Partial<ExecutionProgress>) =>
      bus.publish(PROGRESS_TOPIC, [toProgressMessage({ ...firstPage, ...progress })]),
    /** Stores the documents and submits them as a job, one execution each. */
    async submit(
      jobId: number,
      uploads: readonly Upload[] = [photo],
      name = `Job ${jobId}`,
      uid = uidOf(jobId),
    ) {
      const files = uploads.map(({ name: originalName, content, mimeType }, index) => ({
        originalName,
        mimeType,
        bytes: Buffer.byteLength(content),
        sha256: sha256(content),
        storageKey: `${jobObjects(uid)}files/${index + 1}`,
        providers: ['paddle-ocr-local'],
      }));
      for (const [index, { storageKey }] of files.entries())
        await objects.put(storageKey, Buffer.from(uploads[index]?.content ?? ''));
      await run(jobId, { type: 'SubmitJob', uid, tenant: caller.tenant, name, files });
    },
    start: (jobId: number, executionId = 1, attempt = 1) =>
      work(jobId, executionId, { type: 'StartExecution', attempt, worker: 'w1' }),
    /** Ends an execution with `text` as its stored result. */
    async complete(jobId: number, executionId = 1, text = '{"schemaVersion":2,"text":"TOTAL 4.50"}') {
      const resultKey = `${executionObjects(uidOf(jobId), executionId)}result.json`;
      await objects.put(resultKey, Buffer.from(text));
      await work(jobId, executionId, {
        type: 'CompleteExecution',
        attempt: 1,
        resultKey,
        resultBytes: Buffer.byteLength(text),
        resultSha256: sha256(text),
        pages: 1,
        model: 'm',
        durationMs: 5,
      });
      return resultKey;
    },
    async requestAgain(jobId: number, provider: string) {
      const executions = await readExecutions(eventStore, jobId, await idsOf(jobId));
      await run(jobId, { type: 'RequestExecution', fileId: 1, provider, executions, maxExecutions: 10 });
    },
    /** Ends an execution whose file is deleted, and forgets what its stream held before. */
    async erase(jobId: number, executionId: number) {
      const ended = await eraseExecutions(eventStore, jobId, [executionId], 'asked', {
        uid: uidOf(jobId),
        caller,
      });
      await forgetExecutions(eventStore, jobId, ended);
    },
    /** Deletes the job as the gateway does; its bytes stay. */
    async remove(jobId: number) {
      const removed = await run(jobId, {
        type: 'DeleteJob',
        executions: new Map(),
        force: true,
        reason: 'asked',
      });
      await eraseExecutions(eventStore, jobId, await idsOf(jobId), 'asked', { uid: uidOf(jobId), caller });
      return removed;
    },
    /** Writes the job's documents as the projection does. */
    async project(jobId: number) {
      const whole = await readWholeJob(eventStore, jobId);
      if (!whole) return;
      const keys = whole.executions.map(({ id }) => ({ jobId, executionId: id }));
      const before = await readModel.getExecutions(keys);
      await readModel.replaceExecutions(
        whole.executions.map((view) => ({
          view,
          over: before.get(executionKeyOf({ jobId, executionId: view.id }))?.version ?? null,
        })),
      );
      const job = (await readModel.getJobs([jobId])).get(jobId);
      await readModel.replaceJobs([{ view: whole.job, over: job?.version ?? null }]);
    },
    /** Publishes all of the job's events, as the relay does. */
    async relay(jobId: number) {
      await publish(await Array.fromAsync(readJobEvents(eventStore, jobId)));
      for (const executionId of await idsOf(jobId))
        await publish(await Array.fromAsync(readExecutionEvents(eventStore, { jobId, executionId })));
    },
    async stop() {
      await api.close();
      await server.close(100);
      await closeBackends(backends);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type QueryApiFixture = Awaited<ReturnType<typeof startQueryApi>>;
