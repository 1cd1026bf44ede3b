import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import {
  type AllStreamSubscription,
  type EventStoreDBClient,
  type Position as LogPosition,
  streamNameFilter,
} from '@eventstore/db-client';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { EventStoreUnavailableError, InvalidPositionError, PositionBeyondEndError } from '../errors.ts';
import type { Position, RecordedEvent, SubscriptionStep } from '../event-store.ts';
import { isInvalidArgument } from './faults.ts';
import { HEARTBEAT_STREAM, type Heartbeat } from './heartbeat.ts';
import { IdleTimer } from './idle-timer.ts';
import { formatPosition, isLogPosition, parsePosition } from './position.ts';
import { fromMessage } from './recorded-event.ts';

/** How many events of the log the server considers before it reports how far it is, if it finds no match. */
const SEARCH_WINDOW_EVENTS = 500;
/**
 * How many events wait for the caller, and in each of the client's two buffers; gRPC holds as many more, or 64 KB.
 * While they come faster than they are taken, they are taken this many at a time.
 */
const BUFFERED_EVENTS = 16;
/** After this many ms without an event nothing more counts as coming: the events of an append come one by one. */
const IDLE_MS = 2;
/** The wait before the end of the log is looked for again if no append succeeded, in ms. */
const LOOK_AGAIN_MS = 1_000;
const NO_SYSTEM_STREAM = '^[^$]';

/** A subscription receives nothing, though it is open: its node stands still, or is cut off from its cluster. */
export class SilentSubscriptionError extends EventStoreUnavailableError {}

export interface SubscriptionSource {
  readonly streamPrefix: string;
  readonly heartbeat: Heartbeat;
  /** How long the server may be silent while it catches up, in ms. */
  readonly limitMs: number;
  /** How long it may be silent afterwards, in ms: longer than the interval of heartbeats. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
}

/** The items in the order of the log: an event, or how far the server has looked; and, once, where the log ended. */
type Item =
  | { readonly event: RecordedEvent }
  | { readonly checkpoint: LogPosition }
  | { readonly end: Position };

/**
 * One subscription to `$all` until it breaks, which is an error, or the signal aborts. Steps come together as they came
 * from the server.
 *
 * The server's own `caughtUp` comes too early if a subscriber fell behind, and its checkpoints lag. So a heartbeat
 * is appended when the subscription begins: whoever has reached it has seen all that was there.
 */
export async function* subscribeOnce(
  client: EventStoreDBClient,
  { streamPrefix, heartbeat, limitMs, silenceMs, signal }: SubscriptionSource,
  after: Position,
): AsyncGenerator<SubscriptionStep[]> {
  const subscription = open(client, streamPrefix, after);
  const idleTimer = new IdleTimer(() =>
    subscription.destroy(new SilentSubscriptionError('EventStoreDB is silent')),
  );
  const left = new AbortController();
  // Even for a caller that never asks for the next step.
  const abort = () => {
    left.abort();
    idleTimer.close();
    subscription.destroy();
  };
  signal.addEventListener('abort', abort);
  const stopListening = heartbeat.listen();
  void findEnd(heartbeat, left.signal).then((end) => end && subscription.push({ end } satisfies Item));
  let position = after;
  let end: Position | undefined;
  idleTimer.start(limitMs);
  try {
    for await (const first of subscription as AsyncIterable<Item>) {
      idleTimer.stop();
      // Lets what came with it gather: each by itself would cost more.
      await setImmediate();
      if (signal.aborted) return;
      const steps: SubscriptionStep[] = [];
      for (const item of withRest(first, subscription)) {
        if ('end' in item) {
          if (after >= item.end)
            throw new PositionBeyondEndError(`The log ends at ${item.end}, before ${after}`);
          ({ end } = item);
        }
        if (isBeat(item)) heartbeat.heard();
        const step = toStep(item, streamPrefix);
        if (step && step.position > position) {
          position = step.position;
          steps.push(step);
        }
      }
      if (steps.length > 0) yield steps;
      const caughtUp = end !== undefined && position >= end;
      if (caughtUp && (await isIdle(subscription)) && !signal.aborted) yield [{ position, caughtUp }];
      if (signal.aborted) return;
      idleTimer.start(caughtUp ? silenceMs : limitMs);
    }
    throw new EventStoreUnavailableError('EventStoreDB ended the subscription');
  } catch (error) {
    if (signal.aborted) return;
    if (!isInvalidArgument(error)) throw error;
    throw new InvalidPositionError(`EventStoreDB refuses ${after} as a position`, { cause: error });
  } finally {
    left.abort();
    idleTimer.close();
    stopListening();
    signal.removeEventListener('abort', abort);
    leave(subscription);
  }
}

/** A position after all that is in the log now; undefined if the signal aborts first. */
async function findEnd(heartbeat: Heartbeat, signal: AbortSignal): Promise<Position | undefined> {
  while (!signal.aborted) {
    try {
      return await heartbeat.beat();
    } catch {
      // Nothing can be appended for now. The subscription goes on meanwhile, without reporting that it has caught up.
      await sleep(LOOK_AGAIN_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }
  return undefined;
}

function open(client: EventStoreDBClient, streamPrefix: string, after: Position): AllStreamSubscription {
  // Into the same queue as the events. The client waits for this callback, and hangs if it throws.
  const add = (item: Item) => void subscription.push(item);
  const options = {
    maxSearchWindow: SEARCH_WINDOW_EVENTS,
    checkpointReached: (_: AllStreamSubscription, checkpoint: LogPosition) => add({ checkpoint }),
  };
  const filter =
    streamPrefix === ''
      ? streamNameFilter({ regex: NO_SYSTEM_STREAM, ...options })
      : streamNameFilter({ prefixes: [streamPrefix, HEARTBEAT_STREAM], ...options });
  const from = { fromPosition: parsePosition(after), filter };
  const subscription = client.subscribeToAll(from, { highWaterMark: BUFFERED_EVENTS });
  Object.assign(subscription, { convertGrpcEvent: toItem });
  // An error that comes after the caller left the subscription has no other listener.
  subscription.on('error', () => {});
  return subscription;
}

/** An item and those that are there already. */
function withRest(first: Item, subscription: AllStreamSubscription): Item[] {
  const items = [first];
  while (items.length < BUFFERED_EVENTS) {
    const next: Item | null = subscription.read();
    if (next === null) break;
    items.push(next);
  }
  return items;
}

function toItem(message: ReadResp.ReadEvent): Item | undefined {
  const event = fromMessage(message);
  return event && { event };
}

const isBeat = (item: Item): boolean => 'event' in item && item.event.stream === HEARTBEAT_STREAM;

/** An event that the caller did not ask for still shows how far the subscription is. */
function toStep(item: Item, streamPrefix: string): SubscriptionStep | undefined {
  if ('checkpoint' in item)
    return isLogPosition(item.checkpoint) ? { position: formatPosition(item.checkpoint) } : undefined;
  if (!('event' in item)) return undefined;
  const { event } = item;
  const wanted = event.stream !== HEARTBEAT_STREAM && event.stream.startsWith(streamPrefix);
  return wanted ? { position: event.position, event } : { position: event.position };
}

/** Whether nothing more has come. */
async function isIdle(subscription: AllStreamSubscription): Promise<boolean> {
  if (subscription.readableLength > 0) return false;
  await sleep(IDLE_MS);
  return subscription.readableLength === 0;
}

function leave(subscription: AllStreamSubscription): void {
  subscription.destroy();
  subscription.unsubscribe().catch(() => {});
}
