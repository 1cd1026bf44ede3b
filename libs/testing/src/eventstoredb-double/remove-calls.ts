import type {
  DeleteResp as DeleteAnswer,
  DeleteReq,
  TombstoneResp as TombstoneAnswer,
  TombstoneReq,
} from '@eventstore/db-client/generated/streams_pb.js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { checkStreamName, expectationOf, streamNameOf } from './append-request.ts';
import { type Caller, callerOf } from './caller.ts';
import type { AppendOutcome } from './decide-append.ts';
import type { Expectation } from './events.ts';
import { DeleteResp, TombstoneResp } from './proto.ts';
import { commitTimeout, streamDeleted, toCallError, wrongExpectedVersion } from './trailers.ts';

/** Removes a stream; rejects with a `CallError`. */
export type Remove = (stream: string, expected: Expectation, caller: Caller) => Promise<AppendOutcome>;

const positionOf = (outcome: AppendOutcome, stream: string, expected: Expectation): number => {
  if (outcome.kind === 'deleted') throw streamDeleted(stream);
  if (outcome.kind === 'conflict') throw wrongExpectedVersion(stream, expected, outcome.head);
  if (outcome.kind === 'dropped') throw commitTimeout();
  return outcome.position ?? 0;
};

const removeCall =
  <Req extends DeleteReq | TombstoneReq, Resp>(
    remove: Remove,
    answer: (position: number) => Resp,
  ): handleUnaryCall<Req, Resp> =>
  (call, callback) => {
    const options = call.request.getOptions();
    const [stream, expected] = [streamNameOf(options), expectationOf(options)];
    const run = async () => {
      checkStreamName(stream);
      return answer(positionOf(await remove(stream, expected, callerOf(call)), stream, expected));
    };
    run().then(
      (response) => callback(null, response),
      (error) => callback(toCallError(error)),
    );
  };

/** The call Delete: the stream may come back, and numbering goes on. */
export const deleteCall = (remove: Remove): handleUnaryCall<DeleteReq, DeleteAnswer> =>
  removeCall(remove, (place) => {
    const position = new DeleteResp.Position();
    position.setCommitPosition(String(place));
    position.setPreparePosition(String(place));
    return new DeleteResp().setPosition(position);
  });

/** The call Tombstone: the stream is gone for ever. */
export const tombstoneCall = (remove: Remove): handleUnaryCall<TombstoneReq, TombstoneAnswer> =>
  removeCall(remove, (place) => {
    const position = new TombstoneResp.Position();
    position.setCommitPosition(String(place));
    position.setPreparePosition(String(place));
    return new TombstoneResp().setPosition(position);
  });
