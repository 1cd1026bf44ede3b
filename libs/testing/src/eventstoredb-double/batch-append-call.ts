import type { BatchAppendReq, BatchAppendResp as Resp } from '@eventstore/db-client/generated/streams_pb.js';
import { type handleBidiStreamingCall, status } from '@grpc/grpc-js';
import type { Message } from 'google-protobuf';
import type { Append } from './append-call.ts';
import { type AppendRequest, proposedEvent, streamNameOf } from './append-request.ts';
import { type Expectation, fromWire, type ProposedEvent } from './events.ts';
import type { AppendOutcome } from './log-writer.ts';
import {
  AllStreamPosition,
  Any,
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
import { type CallError, MAX_APPEND_BYTES, toCallError } from './trailers.ts';

const expectationOf = (options: BatchAppendReq.Options): Expectation => {
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return options.hasStreamPosition() ? fromWire(options.getStreamPosition()) : 'any';
};

const success = ({ revision, position }: AppendOutcome & { kind: 'appended' }): Resp => {
  const answer = new BatchAppendResp.Success();
  if (revision < 0) answer.setNoStream(new GoogleEmpty());
  else answer.setCurrentRevision(String(revision));
  if (position === undefined) answer.setNoPosition(new GoogleEmpty());
  else {
    const place = new AllStreamPosition();
    place.setCommitPosition(String(position.commit));
    place.setPreparePosition(String(position.prepare));
    answer.setPosition(place);
  }
  return new BatchAppendResp().setSuccess(answer);
};

const failure = (code: status, message: string, type: string, detail: Message): Resp => {
  const any = new Any();
  any.pack(detail.serializeBinary(), `event_store.client.${type}`);
  const error = new Status();
  error.setCode(Number(code));
  error.setMessage(message);
  error.setDetails(any);
  return new BatchAppendResp().setError(error);
};

const conflict = (expected: Expectation, head: number): Resp => {
  const detail = new WrongExpectedVersion();
  if (head < 0) detail.setCurrentNoStream(new GoogleEmpty());
  else detail.setCurrentStreamRevision(String(head));
  if (expected === 'any') detail.setExpectedAny(new GoogleEmpty());
  else if (expected === 'no_stream') detail.setExpectedNoStream(new GoogleEmpty());
  else if (expected === 'stream_exists') detail.setExpectedStreamExists(new GoogleEmpty());
  else detail.setExpectedStreamPosition(String(expected));
  return failure(status.FAILED_PRECONDITION, 'WrongExpectedVersion', 'WrongExpectedVersion', detail);
};

const deleted = (stream: string): Resp => {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  const detail = new StreamDeleted();
  detail.setStreamIdentifier(identifier);
  return failure(status.FAILED_PRECONDITION, 'StreamDeleted', 'StreamDeleted', detail);
};

const tooLarge = (): Resp => {
  const detail = new MaximumAppendSizeExceeded();
  detail.setMaxappendsize(MAX_APPEND_BYTES);
  return failure(status.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', 'MaximumAppendSizeExceeded', detail);
};

/** An error of the append as the message that this call has for it: its stream goes on. */
const failed = ({ code, details, metadata }: CallError): Resp => {
  const exception = metadata?.get('exception')[0];
  if (exception === 'maximum-append-size-exceeded') return tooLarge();
  if (code === status.ABORTED) return failure(status.DEADLINE_EXCEEDED, details, 'Timeout', new Timeout());
  return failure(code, details, 'Unknown', new Unknown());
};

const answerOf = ({ stream, expected }: AppendRequest, outcome: AppendOutcome): Resp => {
  switch (outcome.kind) {
    case 'appended':
      return success(outcome);
    case 'conflict':
      return conflict(expected, outcome.head);
    case 'deleted':
      return deleted(stream);
  }
};

interface Assembly {
  readonly options: BatchAppendReq.Options;
  readonly events: ProposedEvent[];
}

/**
 * The call BatchAppend: one long stream of appends both ways. The parts of an append bear its correlation id, the
 * first one its options, and the last one says that it is.
 */
export const batchAppendCall =
  (append: Append): handleBidiStreamingCall<BatchAppendReq, Resp> =>
  (call) => {
    const assemblies = new Map<string, Assembly>();
    const answer = async ({ options, events }: Assembly, part: BatchAppendReq): Promise<void> => {
      const request = { stream: streamNameOf(options), expected: expectationOf(options), events };
      const response = await append(request, call.getPeer()).then(
        (outcome) => answerOf(request, outcome),
        (error) => failed(toCallError(error)),
      );
      if (call.cancelled || call.writableEnded) return;
      response.setCorrelationId(part.getCorrelationId());
      response.setStreamIdentifier(options.getStreamIdentifier());
      call.write(response);
    };
    call.on('data', (part: BatchAppendReq) => {
      const id = part.getCorrelationId()?.getString() ?? '';
      const options = part.getOptions();
      const assembly = options === undefined ? assemblies.get(id) : { options, events: [] };
      if (assembly === undefined) return;
      assembly.events.push(...part.getProposedMessagesList().map(proposedEvent));
      assemblies.set(id, assembly);
      if (!part.getIsFinal()) return;
      assemblies.delete(id);
      answer(assembly, part).catch((error) => call.destroy(error));
    });
    call.on('error', () => call.end());
    call.on('end', () => call.end());
  };
