import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AppendReq, AppendResp as Resp } from '@eventstore/db-client/generated/streams_pb.js';
import type { handleClientStreamingCall } from '@grpc/grpc-js';
import {
  type AppendRequest,
  expectationOf,
  type SentEvent,
  sentEvent,
  streamNameOf,
} from './append-request.ts';
import { type Caller, callerOf } from './caller.ts';
import type { AppendOutcome } from './decide-append.ts';
import { AppendResp, Empty } from './proto.ts';
import { commitTimeout, streamDeleted, toCallError } from './trailers.ts';

const success = (revision: number, position: number | undefined): Resp => {
  const answer = new AppendResp.Success();
  if (revision < 0) answer.setNoStream(new Empty());
  else answer.setCurrentRevision(String(revision));
  if (position === undefined) answer.setNoPosition(new Empty());
  else {
    const place = new AppendResp.Position();
    place.setCommitPosition(String(position));
    place.setPreparePosition(String(position));
    answer.setPosition(place);
  }
  return new AppendResp().setSuccess(answer);
};

const conflict = ({ expected }: AppendRequest, head: number): Resp => {
  const answer = new AppendResp.WrongExpectedVersion();
  if (head < 0) answer.setCurrentNoStream(new Empty());
  else answer.setCurrentRevision(String(head));
  if (expected === 'any') answer.setExpectedAny(new Empty());
  else if (expected === 'no_stream') answer.setExpectedNoStream(new Empty());
  else if (expected === 'stream_exists') answer.setExpectedStreamExists(new Empty());
  else answer.setExpectedRevision(String(expected));
  return new AppendResp().setWrongExpectedVersion(answer);
};

const answerOf = (request: AppendRequest, outcome: AppendOutcome): Resp => {
  switch (outcome.kind) {
    case 'appended':
      return success(outcome.revision, outcome.position);
    case 'conflict':
      return conflict(request, outcome.head);
    case 'dropped':
      throw commitTimeout();
    case 'deleted':
      throw streamDeleted(request.stream);
  }
};

export type Append = (request: AppendRequest, caller: Caller) => Promise<AppendOutcome>;

const MOST_TURNS = 4;

/** Lets calls that are made at once overtake each other, as they do on a real server (3.17). */
const overtaking = (random: () => number) => {
  let under = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    under += 1;
    try {
      const turns = under === 1 ? 0 : Math.floor(random() * MOST_TURNS);
      for (let turn = 0; turn < turns; turn++) await nextTurn();
      return await work();
    } finally {
      under -= 1;
    }
  };
};

/** The call Append: the options first, then a message for each event; one answer. */
export const appendCall = (
  append: Append,
  random: () => number,
): handleClientStreamingCall<AppendReq, Resp> => {
  const overtake = overtaking(random);
  return (call, callback) => {
    let options: ReturnType<AppendReq['getOptions']>;
    const events: SentEvent[] = [];
    call.on('data', (part: AppendReq) => {
      const message = part.getProposedMessage();
      if (message === undefined) options = part.getOptions();
      else events.push(sentEvent(message));
    });
    call.on('end', () => {
      const request = { stream: streamNameOf(options), expected: expectationOf(options), events };
      overtake(() => append(request, callerOf(call)))
        .then((outcome) => answerOf(request, outcome))
        .then(
          (answer) => callback(null, answer),
          (error) => callback(toCallError(error)),
        );
    });
  };
};
