import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import type { Append } from './append-call.ts';
import { type SentEvent, sentEvent, streamNameOf } from './append-request.ts';
import { errorResponse, outcomeResponse } from './batch-append-responses.ts';
import { type Caller, callerOf } from './caller.ts';
import { type Expectation, fromWire } from './events.ts';
import { exceptionOf, toCallError } from './trailers.ts';

const expectationOf = (options: BatchAppendReq.Options): Expectation => {
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return options.hasStreamPosition() ? fromWire(options.getStreamPosition()) : 'any';
};

/** An append whose parts are still coming. */
interface Assembly {
  readonly options: BatchAppendReq.Options;
  readonly events: SentEvent[];
}

/** Puts the parts of appends together. Returns an append with its last part. */
class Assemblies {
  readonly #open = new Map<string, Assembly>();

  add(part: BatchAppendReq): Assembly | undefined {
    const id = part.getCorrelationId()?.getString() ?? '';
    const options = part.getOptions();
    const assembly = options === undefined ? this.#open.get(id) : { options, events: [] };
    if (assembly === undefined) return undefined;
    assembly.events.push(...part.getProposedMessagesList().map(sentEvent));
    if (part.getIsFinal()) this.#open.delete(id);
    else this.#open.set(id, assembly);
    return part.getIsFinal() ? assembly : undefined;
  }
}

/** Answers an append. That this node does not lead ends the call; any other error is a message. */
const answerOf = async (append: Append, caller: Caller, assembly: Assembly): Promise<BatchAppendResp> => {
  const { options, events } = assembly;
  const request = {
    stream: streamNameOf(options),
    expected: expectationOf(options),
    events,
    deadline: options.getDeadline()?.toDate().getTime() ?? Infinity,
  };
  try {
    return outcomeResponse(request, await append(request, caller));
  } catch (caught) {
    const error = toCallError(caught);
    if (exceptionOf(error) === 'not-leader') throw error;
    return errorResponse(error);
  }
};

/**
 * The call BatchAppend: one long stream of appends both ways. The parts of an append bear its correlation id, the
 * first one its options, and the last one says that it is. `whileOpen` fails when the call may not begin, or must end.
 */
export const batchAppendCall =
  (
    append: Append,
    whileOpen: (caller: Caller, over: Promise<void>) => Promise<void>,
  ): handleBidiStreamingCall<BatchAppendReq, BatchAppendResp> =>
  (call) => {
    const assemblies = new Assemblies();
    const caller = callerOf(call);
    let failed = false;
    const fail = (error: unknown) => {
      if (!failed) call.emit('error', toCallError(error));
      failed = true;
    };
    const over = new Promise<void>((resolve) => {
      for (const event of ['end', 'cancelled', 'close', 'error']) call.once(event, () => resolve());
    });
    const open = async () => whileOpen(caller, over);
    open().catch(fail);
    call.on('data', (part: BatchAppendReq) => {
      const assembly = assemblies.add(part);
      if (assembly === undefined) return;
      answerOf(append, caller, assembly).then((answer) => {
        if (failed || call.cancelled || call.writableEnded) return;
        answer.setCorrelationId(part.getCorrelationId());
        answer.setStreamIdentifier(assembly.options.getStreamIdentifier());
        if (call.write(answer) || call.isPaused()) return;
        call.pause();
        call.once('drain', () => call.resume());
      }, fail);
    });
    call.on('end', () => call.end());
  };
