import type { AppendExpectedRevision, AppendResult } from '@eventstore/db-client';
import { unpackToCommandError } from '@eventstore/db-client/dist/streams/appendToStream/unpackError.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import messages, {
  type BatchAppendReq,
  type BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import type { EncodedEvent } from '../encode-events.ts';

/**
 * The deadline of a batch append is an instant by this machine's clock, which the server compares with its own: if it
 * were the real one, a client whose clock is behind could append nothing.
 */
const FAR_DEADLINE_MS = 24 * 60 * 60 * 1_000;

export interface AppendRequest {
  readonly stream: string;
  readonly events: readonly EncodedEvent[];
  readonly expectedRevision: AppendExpectedRevision;
}

/** The append as EventStoreDB's protocol has it, whole in one message. */
export function toMessage(id: string, { stream, events, expectedRevision }: AppendRequest): BatchAppendReq {
  const options = new messages.BatchAppendReq.Options()
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream)))
    .setDeadline(timestamps.Timestamp.fromDate(new Date(Date.now() + FAR_DEADLINE_MS)));
  if (expectedRevision === 'any') options.setAny(new empty.Empty());
  else if (expectedRevision === 'no_stream') options.setNoStream(new empty.Empty());
  else if (expectedRevision === 'stream_exists') options.setStreamExists(new empty.Empty());
  else options.setStreamPosition(String(expectedRevision));
  return new messages.BatchAppendReq()
    .setOptions(options)
    .setCorrelationId(new shared.UUID().setString(id))
    .setProposedMessagesList(events.map(toProposed))
    .setIsFinal(true);
}

function toProposed({ id, type, data, metadata }: EncodedEvent): BatchAppendReq.ProposedMessage {
  const message = new messages.BatchAppendReq.ProposedMessage()
    .setId(new shared.UUID().setString(id))
    .setData(Buffer.from(data))
    .setCustomMetadata(Buffer.from(metadata));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  return message;
}

/** @throws what the server refuses the append with, as the client tells it. */
export function toResult(response: BatchAppendResp, stream: string): AppendResult {
  const error = response.getError();
  if (error) throw unpackToCommandError(error, stream);
  const success = response.getSuccess();
  const position = success?.getPosition();
  return {
    success: true,
    nextExpectedRevision: BigInt(success?.getCurrentRevision() ?? -1),
    ...(position && {
      position: {
        commit: BigInt(position.getCommitPosition()),
        prepare: BigInt(position.getPreparePosition()),
      },
    }),
  };
}
