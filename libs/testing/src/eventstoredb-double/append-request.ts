import { setTimeout as delay } from 'node:timers/promises';
import type { AppendReq, BatchAppendReq, DeleteReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendOutcome } from './decide-append.ts';
import type { EventLog } from './event-log.ts';
import { type Expectation, fromWire, type ProposedEvent } from './events.ts';
import {
  badRequest,
  commitTimeout,
  MAX_APPEND_BYTES,
  maximumAppendSizeExceeded,
  missingProperty,
} from './trailers.ts';

/** An append as both calls, Append and BatchAppend, ask for it. */
export interface AppendRequest {
  readonly stream: string;
  readonly expected: Expectation;
  readonly events: readonly SentEvent[];
  /** When its caller gives up, in ms since 1970 by the caller's clock. Default: never. */
  readonly deadline?: number;
}

export interface WriteLimits {
  /** This server's clock. */
  readonly now: () => number;
  /** How long a write waits for its commit, in ms. */
  readonly commitTimeoutMs: number;
}

type Identified = Pick<NonNullable<ReturnType<DeleteReq['getOptions']>>, 'getStreamIdentifier'>;

export const streamNameOf = (options: Identified | undefined): string =>
  Buffer.from(options?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');

type Revisions = Pick<
  NonNullable<ReturnType<DeleteReq['getOptions']>>,
  'hasNoStream' | 'hasStreamExists' | 'hasRevision' | 'getRevision'
>;

/** The expectation of every call but BatchAppend, which names it otherwise. */
export const expectationOf = (options: Revisions | undefined): Expectation => {
  if (options?.hasNoStream()) return 'no_stream';
  if (options?.hasStreamExists()) return 'stream_exists';
  return options?.hasRevision() ? fromWire(options.getRevision()) : 'any';
};

type Message = NonNullable<ReturnType<AppendReq['getProposedMessage']>> | BatchAppendReq.ProposedMessage;

/** An event as it was sent: nothing of it is checked. */
export interface SentEvent {
  readonly id: string;
  readonly type: string | undefined;
  readonly contentType: string | undefined;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export const sentEvent = (message: Message): SentEvent => {
  const properties = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: properties.get('type'),
    contentType: properties.get('content-type'),
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
};

export const checkStreamName = (stream: string): void => {
  if (stream === '' || stream === '$$') throw badRequest(`The stream name '${stream}' is invalid.`);
};

const UUID = /^[{(]?([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})[})]?$/i;

/** Checks an event; throws a `CallError` for what is none. */
const proposedEvent = (sent: SentEvent): ProposedEvent => {
  const { type, contentType } = sent;
  if (type === undefined) throw missingProperty('type');
  if (contentType === undefined) throw missingProperty('content-type');
  if (type === '') throw badRequest('The type of an event is empty.');
  const id = UUID.exec(sent.id)?.[1]?.toLowerCase();
  if (id === undefined) throw badRequest(`'${sent.id}' is no UUID.`);
  return { ...sent, id, type, contentType };
};

const sizeOf = ({ data, metadata, type }: ProposedEvent): number =>
  data.length + metadata.length + 2 * type.length;

/** Fails when the time is over; the work goes on. */
const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  const over = new AbortController();
  const { signal } = over;
  const late = delay(ms, undefined, { signal, ref: false }).then(() => Promise.reject(commitTimeout()));
  return Promise.race([work, late]).finally(() => over.abort());
};

/**
 * Appends what was asked for, or throws a `CallError` if that is refused. A repetition of what is not
 * committed yet is dropped: nobody answers it, until its time is over (3.7).
 */
export const append = async (
  log: EventLog,
  request: AppendRequest,
  { now, commitTimeoutMs }: WriteLimits,
  commitDelayMs: number,
): Promise<AppendOutcome> => {
  const { stream, expected, deadline = Infinity } = request;
  checkStreamName(stream);
  const events = request.events.map(proposedEvent);
  if (events.reduce((sum, event) => sum + sizeOf(event), 0) > MAX_APPEND_BYTES) {
    throw maximumAppendSizeExceeded();
  }
  const left = Math.min(deadline - now(), commitTimeoutMs);
  if (left <= 0) throw commitTimeout();
  const appending = log.append(stream, expected, events, commitDelayMs);
  const outcome = await (commitDelayMs > 0 ? within(left, appending) : appending);
  return outcome.kind === 'dropped' ? within(left, new Promise(() => undefined)) : outcome;
};
