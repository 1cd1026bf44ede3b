import { createHash } from 'node:crypto';
import type { ExecutionCompleted, ExecutionKey } from '@inkstream/domain';
import type { EventStore, JsonObject, RecordedEvent } from '@inkstream/event-store';
import { v5 as uuidv5 } from 'uuid';
import { readExecutionEvents } from './executions.ts';
import { inParallel } from './in-parallel.ts';
import { readJobEvents } from './jobs.ts';
import type { KnownJobs } from './known-jobs.ts';

/** The streams of what may be reused, and no others, begin so. The housekeeper follows them, and drops what expires. */
export const REUSABLE_STREAM_PREFIX = 'reusableResults-';

/** The UUID namespace of their events, itself an arbitrary but fixed UUID. */
const NAMESPACE = '1c2f6f0e-5a39-4b57-8c61-9f1f7d0a6be3';
/** Entries of the same bytes that are looked at, the latest first. */
const LOOKED_AT = 100;

/** The bytes of a document, as a tenant holds them: those of another one are other bytes. */
export type Content = { readonly tenant: string; readonly sha256: string };

/**
 * Says where a result of the bytes may be, and nothing of what it holds. `settings`: a hash of all that it depends on
 * beside the bytes. `hours`: for so long the entry is kept.
 */
export type ReusableEntry = ExecutionKey & {
  readonly uid: string;
  readonly fileId: number;
  readonly settings: string;
  readonly hours: number;
};

/** Named by a hash, so that neither the tenant nor the hash of the bytes is left once the stream is empty. */
const streamOf = ({ tenant, sha256 }: Content): string =>
  `${REUSABLE_STREAM_PREFIX}${createHash('sha256')
    .update(JSON.stringify([tenant, sha256]))
    .digest('hex')}`;

const entryOf = ({ data }: RecordedEvent): ReusableEntry => data as unknown as ReusableEntry;

/** How long an entry is kept, ms. */
export const keptForMs = (event: RecordedEvent): number => entryOf(event).hours * 3_600_000;

/**
 * Enters the result that an attempt is about to complete with: before it does, so that every result which may be reused
 * is found. Whoever finds it looks whether the execution is completed. Safe to repeat.
 */
export async function enterReusable(
  store: Pick<EventStore, 'append'>,
  content: Content,
  entry: ReusableEntry,
  attempt: number,
): Promise<void> {
  const stream = streamOf(content);
  const id = uuidv5([stream, entry.uid, entry.executionId, attempt].join('/'), NAMESPACE);
  const data: JsonObject = { ...entry };
  await store.append(stream, [{ id, type: 'ResultReusable', data, metadata: {} }], { expected: 'any' });
}

/** A completed execution whose result may be reused. */
export type ReusableResult = ReusableEntry &
  Pick<ExecutionCompleted, 'resultKey' | 'resultSha256' | 'pages' | 'model' | 'usage' | 'cost'>;

/** Whether the file is there, with these bytes, in a job of this tenant that is not deleted. */
async function isThere(jobs: KnownJobs, entry: ReusableEntry, content: Content): Promise<boolean> {
  const { state: job } = await jobs.read(entry.jobId);
  if (job.status !== 'open' || job.uid !== entry.uid || job.tenant !== content.tenant) return false;
  const file = job.files.find(({ id }) => id === entry.fileId);
  return file !== undefined && !file.deleted && file.sha256 === content.sha256;
}

/** The result of the entry, if its execution is completed with every page read, and was recorded since then. */
async function resultOf(
  store: Pick<EventStore, 'read'>,
  entry: ReusableEntry,
  since: number,
): Promise<ReusableResult | null> {
  let result: ReusableResult | null = null;
  for await (const event of readExecutionEvents(store, entry)) {
    if (event.uid !== entry.uid) continue;
    if (event.type === 'ExecutionErased') return null;
    if (event.type !== 'ExecutionCompleted' || Date.parse(event.recordedAt) < since) continue;
    const { resultKey, resultSha256, pages, pageErrors, model, reused, usage, cost } = event.data;
    if (pageErrors || reused) continue;
    const facts = { resultKey, resultSha256, pages, model };
    result ??= { ...entry, ...facts, ...(usage && { usage }), ...(cost && { cost }) };
  }
  return result;
}

/**
 * Results of the same bytes by the same settings that were completed since then (ms since 1970), the latest first. Each
 * is proved by the streams of its own job as they stand: what is deleted is none, nor is a reading that lacks pages.
 */
export async function* reusableResults(
  { eventStore, jobs }: { readonly eventStore: Pick<EventStore, 'read'>; readonly jobs: KnownJobs },
  content: Content,
  settings: string,
  since: number,
): AsyncGenerator<ReusableResult> {
  const latest = { direction: 'backwards', limit: LOOKED_AT } as const;
  for await (const event of eventStore.read(streamOf(content), latest)) {
    const entry = entryOf(event);
    if (entry.settings !== settings) continue;
    const result = await resultOf(eventStore, entry, since);
    if (result && (await isThere(jobs, entry, content))) yield result;
  }
}

/**
 * Forgets what says that results of a file may be reused, since the file is deleted. What was entered before it, of other
 * files with these bytes, is forgotten with it: they are read again, which is never wrong.
 */
export async function forgetReusable(
  store: Pick<EventStore, 'read' | 'truncate'>,
  content: Content,
  { uid, fileId }: Pick<ReusableEntry, 'uid' | 'fileId'>,
): Promise<void> {
  const stream = streamOf(content);
  for await (const event of store.read(stream, { direction: 'backwards' })) {
    const entry = entryOf(event);
    if (entry.uid !== uid || entry.fileId !== fileId) continue;
    await store.truncate(stream, event.revision + 1);
    return;
  }
}

/** The same for all files of a deleted job, as its stream has them until it is truncated. */
export async function forgetReusableOf(
  store: Pick<EventStore, 'read' | 'truncate'>,
  jobId: number,
  uid: string,
): Promise<void> {
  const contents = new Map<number, Content>();
  for await (const event of readJobEvents(store, jobId)) {
    if (event.type !== 'ExecutionRequested' || event.uid !== uid || !event.data.reuse) continue;
    const { fileId, document } = event.data;
    contents.set(fileId, { tenant: event.caller.tenant, sha256: document.sha256 });
  }
  await inParallel(contents, ([fileId, content]) => forgetReusable(store, content, { uid, fileId }));
}
