import type { ReadReq as Req, ReadResp as Resp } from '@eventstore/db-client/generated/streams_pb.js';
import type { handleServerStreamingCall } from '@grpc/grpc-js';
import { checkStreamName, streamNameOf } from './append-request.ts';
import { type Caller, callerOf } from './caller.ts';
import type { EventLog } from './event-log.ts';
import { fromWire, NO_EVENTS, type RecordedEvent } from './events.ts';
import { filterOf } from './filter.ts';
import type { Direction, LogReader } from './log-reader.ts';
import { isNowhere, NOWHERE, type Position, placeOf, positionFromWire } from './positions.ts';
import { ReadReq } from './proto.ts';
import { eventResponse, Outlet, streamNotFound } from './responses.ts';
import { subscribeToAll } from './subscribe-to-all.ts';
import { subscribeToStream } from './subscribe-to-stream.ts';
import { streamDeleted, toCallError, unexpectedResult } from './trailers.ts';

const PAGE = 256;
/** The name of all streams together, where rights are asked for. */
const ALL = '$all';
const LAST = Number.MAX_SAFE_INTEGER;

export type Options = NonNullable<ReturnType<Req['getOptions']>>;

const directionOf = (options: Options): Direction =>
  options.getReadDirection() === ReadReq.Options.ReadDirection.FORWARDS ? 'forwards' : 'backwards';

const startOf = (options: Options): Position | 'start' | 'end' => {
  const all = options.getAll();
  const sent = all?.getPosition();
  if (sent === undefined) return all?.hasEnd() ? 'end' : 'start';
  const position = positionFromWire(sent);
  return isNowhere(position) ? 'end' : position;
};

/** What a server can't make sense of: nothing at all, or forwards from the end (4.1). */
const refuseSenseless = (options: Options): void => {
  const fromEnd = options.getAll()?.hasEnd() || options.getStream()?.hasEnd();
  const forwards = directionOf(options) === 'forwards';
  if (options.getCount() === '0' || (fromEnd && forwards)) throw unexpectedResult('Error');
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

const placeToRead = (start: Position | 'start' | 'end', direction: Direction, reader: LogReader): number => {
  if (start === 'start') return 0;
  if (start === 'end') return LAST;
  const place = Number(start.commit);
  if (reader.isWithinRecord(place)) throw unexpectedResult('InvalidPosition');
  if (direction === 'backwards' && reader.isBeyondEnd(place)) throw unexpectedResult('Error');
  return place;
};

const readAll = async (reader: LogReader, options: Options, outlet: Outlet): Promise<void> => {
  const direction = directionOf(options);
  const from = placeToRead(startOf(options), direction, reader);
  return sendPages(outlet, fromWire(options.getCount()), (last, size) => {
    if (last === undefined) return reader.all(direction, from, size);
    return reader.all(direction, last.position + (direction === 'forwards' ? 1 : 0), size);
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

const serve = async (log: EventLog, options: Options, outlet: Outlet): Promise<void> => {
  const stream = options.getStream();
  if (stream !== undefined) checkStreamName(streamNameOf(stream));
  if (!options.hasSubscription()) {
    refuseSenseless(options);
    return stream === undefined
      ? readAll(log.reader, options, outlet)
      : readStream(log.reader, options, outlet);
  }
  if (stream === undefined) {
    const start = startOf(options);
    const after = start === 'start' ? NOWHERE : start === 'end' ? placeOf(log.reader.end()) : start;
    return subscribeToAll(log, outlet, after, filterOf(options));
  }
  const after = stream.hasRevision() ? fromWire(stream.getRevision()) : stream.hasEnd() ? 'end' : NO_EVENTS;
  return subscribeToStream(log, outlet, streamNameOf(stream), after);
};

/** The call Read: reads of a stream and of `$all`, and subscriptions to them; `run` admits each, and serves it. */
export const readCall =
  (
    log: EventLog,
    run: (caller: Caller, stream: string, serve: () => Promise<void>) => Promise<void>,
  ): handleServerStreamingCall<Req, Resp> =>
  (call) => {
    const options = call.request.getOptions();
    const outlet = new Outlet(call);
    const work = async () => (options === undefined ? undefined : serve(log, options, outlet));
    const of = options?.getStream();
    const stream = of === undefined ? ALL : streamNameOf(of);
    run(callerOf(call), stream, work).then(
      () => call.end(),
      (error) => call.emit('error', toCallError(error)),
    );
  };
