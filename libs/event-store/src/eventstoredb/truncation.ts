import { randomUUID } from 'node:crypto';
import { type EventStoreDBClient, NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client';
import { EventStoreUnavailableError } from '../errors.ts';
import type { JsonObject } from '../event-store.ts';
import type { Appender } from './appender.ts';
import type { ReadPage } from './stream-reader.ts';
import { withTimeout } from './with-timeout.ts';

/** How often it reads again because somebody else wrote to the stream or its metadata in between. */
const MAX_CONFLICTS = 50;

export interface TruncationDeps {
  readonly client: EventStoreDBClient;
  readonly readPage: ReadPage;
  readonly appender: Appender;
  readonly limitMs: number;
}

/**
 * Truncates a stream before a revision: past its head by a soft delete, after which `no_stream` holds again; else by
 * `$tb` in its metadata, which is never lowered and leaves the other metadata as it is.
 */
export async function truncateStream(deps: TruncationDeps, stream: string, before: number): Promise<void> {
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
    try {
      const [head] = await deps.readPage(stream, { direction: 'backwards', limit: 1 });
      if (head === undefined) return;
      if (before > head.revision) return await deleteSoftly(deps, stream, head.revision);
      return await raiseTruncateBefore(deps, stream, before);
    } catch (error) {
      if (!(error instanceof WrongExpectedVersionError)) throw error;
    }
  }
  throw new EventStoreUnavailableError(`Others write to ${stream} faster than it can be truncated`);
}

async function deleteSoftly(
  { client, limitMs }: TruncationDeps,
  stream: string,
  head: number,
): Promise<void> {
  const options = { expectedRevision: BigInt(head), deadline: limitMs };
  await withTimeout(limitMs, undefined, () => client.deleteStream(stream, options));
}

async function raiseTruncateBefore(deps: TruncationDeps, stream: string, before: number): Promise<void> {
  await changeMetadata(deps, stream, ({ $tb = 0 }) => (before <= Number($tb) ? undefined : { $tb: before }));
}

/** Makes the server keep only the last event of a stream. */
export async function keepLastEvent(
  deps: Pick<TruncationDeps, 'readPage' | 'appender'>,
  stream: string,
): Promise<void> {
  await changeMetadata(deps, stream, ({ $maxCount }) => ($maxCount === 1 ? undefined : { $maxCount: 1 }));
}

/** @see https://developers.eventstore.com/server/v24.10/features/streams.html#reserved-names */
async function changeMetadata(
  { readPage, appender }: Pick<TruncationDeps, 'readPage' | 'appender'>,
  stream: string,
  change: (current: JsonObject) => JsonObject | undefined,
): Promise<void> {
  const metastream = `$$${stream}`;
  const [current] = await readPage(metastream, { direction: 'backwards', limit: 1 });
  const changed = change(current?.data ?? {});
  if (changed === undefined) return;
  const metadata = { ...current?.data, ...changed };
  await appender.append({
    stream: metastream,
    events: [{ id: randomUUID(), type: '$metadata', data: JSON.stringify(metadata), metadata: '{}' }],
    expectedRevision: current ? BigInt(current.revision) : NO_STREAM,
  });
}
