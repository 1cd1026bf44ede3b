import type { BatchAppendResp as Resp } from '@eventstore/db-client/generated/streams_pb.js';
import { status } from '@grpc/grpc-js';
import type { Message } from 'google-protobuf';
import type { AppendRequest } from './append-request.ts';
import type { AppendOutcome } from './decide-append.ts';
import type { Expectation } from './events.ts';
import {
  AccessDenied,
  AllStreamPosition,
  Any,
  BadRequest,
  BatchAppendResp,
  GoogleEmpty,
  MaximumAppendSizeExceeded,
  Status,
  StreamDeleted,
  StreamIdentifier,
  Timeout,
  Unknown,
  WrongExpectedVersion,
} from './proto.ts';
import { type CallError, commitTimeout, exceptionOf, MAX_APPEND_BYTES } from './trailers.ts';

const success = ({ revision, position }: AppendOutcome & { kind: 'appended' }): Resp => {
  const answer = new BatchAppendResp.Success();
  if (revision < 0) answer.setNoStream(new GoogleEmpty());
  else answer.setCurrentRevision(String(revision));
  if (position === undefined) answer.setNoPosition(new GoogleEmpty());
  else {
    const place = new AllStreamPosition();
    place.setCommitPosition(String(position));
    place.setPreparePosition(String(position));
    answer.setPosition(place);
  }
  return new BatchAppendResp().setSuccess(answer);
};

const failure = (code: status, message: string, type: string, detail: Message): Resp => {
  const any = new Any();
  any.pack(detail.serializeBinary(), type);
  const error = new Status();
  error.setCode(Number(code));
  error.setMessage(message);
  error.setDetails(any);
  return new BatchAppendResp().setError(error);
};

const ours = (name: string): string => `event_store.client.${name}`;

const conflict = (expected: Expectation, head: number): Resp => {
  const detail = new WrongExpectedVersion();
  if (head < 0) detail.setCurrentNoStream(new GoogleEmpty());
  else detail.setCurrentStreamRevision(String(head));
  if (expected === 'any') detail.setExpectedAny(new GoogleEmpty());
  else if (expected === 'no_stream') detail.setExpectedNoStream(new GoogleEmpty());
  else if (expected === 'stream_exists') detail.setExpectedStreamExists(new GoogleEmpty());
  else detail.setExpectedStreamPosition(String(expected));
  return failure(status.FAILED_PRECONDITION, 'Wrong expected version', ours('WrongExpectedVersion'), detail);
};

const deleted = (stream: string): Resp => {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  const detail = new StreamDeleted();
  detail.setStreamIdentifier(identifier);
  return failure(status.FAILED_PRECONDITION, 'Stream deleted', ours('StreamDeleted'), detail);
};

const tooLarge = (message: string): Resp => {
  const detail = new MaximumAppendSizeExceeded();
  detail.setMaxappendsize(MAX_APPEND_BYTES);
  return failure(status.INVALID_ARGUMENT, message, ours('MaximumAppendSizeExceeded'), detail);
};

/** The answer to an append that came through. */
export const outcomeResponse = ({ stream, expected }: AppendRequest, outcome: AppendOutcome): Resp => {
  switch (outcome.kind) {
    case 'appended':
      return success(outcome);
    case 'conflict':
      return conflict(expected, outcome.head);
    case 'dropped':
      return errorResponse(commitTimeout());
    case 'deleted':
      return deleted(stream);
  }
};

/** An error of one append as a message: the call goes on for the others. */
export const errorResponse = (error: CallError): Resp => {
  const { code, details } = error;
  if (exceptionOf(error) === 'maximum-append-size-exceeded') return tooLarge(details);
  if (error.bad) return failure(status.INVALID_ARGUMENT, 'BadRequest', ours('BadRequest'), new BadRequest());
  switch (code) {
    case status.ABORTED:
      return failure(status.DEADLINE_EXCEEDED, details, ours('Timeout'), new Timeout());
    case status.PERMISSION_DENIED:
      return failure(code, details, ours('AccessDenied'), new AccessDenied());
    case status.UNAVAILABLE:
      // A server that is busy or not ready gives no code, and no detail that the client knows (5.1, 5.6).
      return failure(status.OK, details, 'google.protobuf.Empty', new GoogleEmpty());
    default:
      return failure(code, details, ours('Unknown'), new Unknown());
  }
};
