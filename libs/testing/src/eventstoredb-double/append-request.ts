import type { AppendReq, BatchAppendReq, DeleteReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { EventLog } from './event-log.ts';
import { type Expectation, fromWire, type ProposedEvent } from './events.ts';
import type { AppendOutcome } from './log-writer.ts';
import { invalidStreamName, MAX_APPEND_BYTES, maximumAppendSizeExceeded } from './trailers.ts';

/** An append as both calls, Append and BatchAppend, ask for it. */
export interface AppendRequest {
  readonly stream: string;
  readonly expected: Expectation;
  readonly events: readonly ProposedEvent[];
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

export const proposedEvent = (message: Message): ProposedEvent => {
  const properties = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: properties.get('type') ?? '',
    contentType: properties.get('content-type') ?? 'application/octet-stream',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
};

export const checkStreamName = (stream: string): void => {
  if (stream === '' || stream === '$$') throw invalidStreamName(stream);
};

const sizeOf = ({ data, metadata, type }: ProposedEvent): number =>
  data.length + metadata.length + 2 * type.length;

/** Appends what was asked for, or throws a `CallError` where that is not to be. */
export const append = async (log: EventLog, request: AppendRequest): Promise<AppendOutcome> => {
  const { stream, expected, events } = request;
  checkStreamName(stream);
  if (events.reduce((sum, event) => sum + sizeOf(event), 0) > MAX_APPEND_BYTES) {
    throw maximumAppendSizeExceeded();
  }
  return log.append(stream, expected, events);
};
