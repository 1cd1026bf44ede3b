import { setImmediate } from 'node:timers/promises';
import {
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type EventStoreDBClient,
  type Position as LogPosition,
  streamNameFilter,
} from '@eventstore/db-client';
import { EventStoreUnavailableError } from '../errors.ts';
import type { Position, SubscriptionStep } from '../event-store.ts';
import { formatPosition, parsePosition } from './position.ts';
import { toRecordedEvent } from './recorded-event.ts';

/** How many events of the log the server considers before it tells how far it is, where it finds no match. */
const SEARCH_WINDOW_EVENTS = 500;
/** How many events are read ahead of the caller; gRPC holds some 64 KB more. */
const BUFFERED_EVENTS = 32;
const NO_SYSTEM_STREAM = '^[^$]';

export interface SubscriptionSource {
  readonly client: EventStoreDBClient;
  readonly streamPrefix: string;
  /** How long the server may be silent while it catches up, in ms. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** What comes in the order of the log: an event, how far the server has looked, whether it goes on live. */
type Item = AllStreamResolvedEvent | { readonly checkpoint: LogPosition } | { readonly live: boolean };

/**
 * One subscription to `$all` until it breaks, which is an error, or the signal aborts. The server says `caughtUp` only
 * once, when it goes live; from then on a step says so each time that nothing more has come.
 */
export async function* subscribeOnce(
  { client, streamPrefix, limitMs, signal }: SubscriptionSource,
  after: Position,
): AsyncGenerator<SubscriptionStep> {
  const subscription = open(client, streamPrefix, after);
  let position = after;
  let live = false;
  try {
    for await (const item of items(subscription, limitMs, signal)) {
      if ('live' in item) live = item.live;
      else {
        const step = toStep(item);
        if (!step || step.position <= position) continue;
        position = step.position;
        yield step;
      }
      if (live && (await isIdle(subscription)) && !signal.aborted) yield { position, caughtUp: true };
    }
  } finally {
    leave(subscription);
  }
}

function open(client: EventStoreDBClient, streamPrefix: string, after: Position): AllStreamSubscription {
  // Into the same queue as the events. The client waits for this callback, and stalls for ever where it throws.
  const add = (item: Item) => void subscription.push(item);
  const options = {
    maxSearchWindow: SEARCH_WINDOW_EVENTS,
    checkpointReached: (_: AllStreamSubscription, checkpoint: LogPosition) => add({ checkpoint }),
  };
  const filter =
    streamPrefix === ''
      ? streamNameFilter({ regex: NO_SYSTEM_STREAM, ...options })
      : streamNameFilter({ prefixes: [streamPrefix], ...options });
  const from = { fromPosition: parsePosition(after), filter };
  const subscription = client.subscribeToAll(from, { highWaterMark: BUFFERED_EVENTS });
  subscription.on('caughtUp', () => add({ live: true }));
  subscription.on('fellBehind', () => add({ live: false }));
  // An error that comes after the subscription was left has no other listener.
  subscription.on('error', () => {});
  return subscription;
}

/** The items, until the signal aborts; the server must not be silent before it is live. */
async function* items(
  subscription: AllStreamSubscription,
  limitMs: number,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const abort = () => void subscription.destroy();
  const silent = () => subscription.destroy(new EventStoreUnavailableError('EventStoreDB does not answer'));
  signal.addEventListener('abort', abort);
  let live = false;
  let timer = setTimeout(silent, limitMs);
  try {
    for await (const item of subscription as AsyncIterable<Item>) {
      clearTimeout(timer);
      if ('live' in item) live = item.live;
      if (signal.aborted) return;
      yield item;
      if (signal.aborted) return;
      if (!live) timer = setTimeout(silent, limitMs);
    }
    throw new EventStoreUnavailableError('EventStoreDB ended the subscription');
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function toStep(item: Exclude<Item, { live: boolean }>): SubscriptionStep | undefined {
  if ('checkpoint' in item) return { position: formatPosition(item.checkpoint) };
  if (!item.event) return undefined;
  const event = toRecordedEvent(item.event);
  return { position: event.position, event };
}

/** Whether nothing more has come, after a turn in which what waits at the socket could. */
async function isIdle(subscription: AllStreamSubscription): Promise<boolean> {
  if (subscription.readableLength > 0) return false;
  await setImmediate();
  return subscription.readableLength === 0;
}

function leave(subscription: AllStreamSubscription): void {
  subscription.destroy();
  subscription.unsubscribe().catch(() => {});
}
