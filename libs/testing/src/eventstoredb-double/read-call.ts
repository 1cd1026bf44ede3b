import type { ReadReq as Req, ReadResp as Resp } from '@eventstore/db-client/generated/streams_pb.js';
import type { handleServerStreamingCall } from '@grpc/grpc-js';
import { streamNameOf } from './append-request.ts';
import type { EventLog } from './event-log.ts';
import { fromWire, type Position, type RecordedEvent } from './events.ts';
import { filterOf } from './filter.ts';
import type { Direction, LogReader } from './log-reader.ts';
import { ReadReq } from './proto.ts';
import { eventResponse, Outlet, streamNotFound } from './responses.ts';
import { subscribeToAll, subscribeToStream } from './subscriptions.ts';
import { streamDeleted, toCallError } from './trailers.ts';

const PAGE = 256;
const LAST = Number.MAX_SAFE_INTEGER;
const BEFORE_ALL: Position = { commit: 0, prepare: 0 };
const AFTER_ALL: Position = { commit: LAST, prepare: LAST };

export type Options = NonNullable<ReturnType<Req['getOptions']>>;

const directionOf = (options: Options): Direction =>
  options.getReadDirection() === ReadReq.Options.ReadDirection.FORWARDS ? 'forwards' : 'backwards';

const positionOf = (options: Options, reader: LogReader): Position => {
  const all = options.getAll();
  const position = all?.getPosition();
  if (position !== undefined) {
    return {
      commit: fromWire(position.getCommitPosition()),
      prepare: fromWire(position.getPreparePosition()),
    };
  }
  if (!all?.hasEnd()) return BEFORE_ALL;
  return options.hasSubscription() ? reader.end() : AFTER_ALL;
};

/** Sends pages until one is not full, `limit` events were sent, or the caller is gone. */
const sendPages = async (
  outlet: Outlet,
  limit: number,
  page: (last: RecordedEvent | undefined, size: number) => RecordedEvent[],
): Promise<void> => {
  let last: RecordedEvent | undefined;
  for (let left = limit; left > 0 && !outlet.signal.aborted; ) {
    const size = Math.min(left, PAGE);
    const events = page(last, size);
    for (const event of events) await outlet.send(eventResponse(event));
    last = events.at(-1);
    left -= events.length;
    if (events.length < size) return;
  }
};

const readAll = (reader: LogReader, options: Options, outlet: Outlet): Promise<void> => {
  const direction = directionOf(options);
  const from = positionOf(options, reader);
  return sendPages(outlet, fromWire(options.getCount()), (last, size) => {
    if (last === undefined) return reader.all(direction, from, size);
    const prepare = direction === 'forwards' ? last.prepare + 1 : last.prepare;
    return reader.all(direction, { commit: last.commit, prepare }, size);
  });
};

const readStream = async (reader: LogReader, options: Options, outlet: Outlet): Promise<void> => {
  const of = options.getStream();
  const stream = streamNameOf(of);
  const view = reader.view(stream);
  if (view.kind === 'tombstoned') throw streamDeleted(stream);
  if (view.kind !== 'readable') return outlet.send(streamNotFound(stream));
  const direction = directionOf(options);
  const start = of?.hasRevision() ? fromWire(of.getRevision()) : of?.hasEnd() ? LAST : 0;
  await sendPages(outlet, fromWire(options.getCount()), (last, size) => {
    if (direction === 'forwards') {
      const from = last === undefined ? start : last.revision + 1;
      return reader.stream(view, direction, { from, to: LAST }, size);
    }
    const to = last === undefined ? start : last.revision - 1;
    return reader.stream(view, direction, { from: 0, to }, size);
  });
};

const serve = (log: EventLog, options: Options, outlet: Outlet): Promise<void> => {
  const stream = options.getStream();
  if (!options.hasSubscription()) {
    return stream === undefined
      ? readAll(log.reader, options, outlet)
      : readStream(log.reader, options, outlet);
  }
  if (stream === undefined) {
    return subscribeToAll(log, outlet, positionOf(options, log.reader), filterOf(options));
  }
  const after = stream.hasRevision() ? fromWire(stream.getRevision()) : stream.hasEnd() ? 'end' : 'start';
  return subscribeToStream(log, outlet, streamNameOf(stream), after);
};

/** The call Read: reads of a stream and of `$all`, and subscriptions to them; each starts when it is admitted. */
export const readCall =
  (log: EventLog, admit: (peer: string) => Promise<void>): handleServerStreamingCall<Req, Resp> =>
  (call) => {
    const options = call.request.getOptions();
    const outlet = new Outlet(call);
    admit(call.getPeer())
      .then(() => (options === undefined ? undefined : serve(log, options, outlet)))
      .then(
        () => call.end(),
        (error) => call.emit('error', toCallError(error)),
      );
  };
