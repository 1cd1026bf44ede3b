import { setTimeout as sleep } from 'node:timers/promises';
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
import { Silence } from './silence.ts';

/** How many events of the log the server considers before it tells how far it is, where it finds no match. */
const SEARCH_WINDOW_EVENTS = 500;
/** How many events are read ahead of the caller; gRPC holds some 64 KB more. */
const BUFFERED_EVENTS = 32;
/** So long nothing has to come until nothing more counts as coming, ms: the events of an append come one by one. */
const IDLE_MS = 2;
const NO_SYSTEM_STREAM = '^[^$]';
const SILENT = 'EventStoreDB does not answer';

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
  const silence = new Silence(limitMs, () => subscription.destroy(new EventStoreUnavailableError(SILENT)));
  const abort = () => {
    silence.close();
    subscription.destroy();
  };
  signal.addEventListener('abort', abort);
  let position = after;
  let live = false;
  try {
    for await (const item of subscription as AsyncIterable<Item>) {
      silence.expect(false);
      if ('live' in item) live = item.live;
      const step = toStep(item);
      if (signal.aborted) return;
      if (step && step.position > position) {
        position = step.position;
        yield step;
      }
      if (live && (await isIdle(subscription)) && !signal.aborted) yield { position, caughtUp: true };
      if (signal.aborted) return;
      // Once it is live, gRPC's keep-alive tells whether the server is still there.
      silence.expect(!live);
    }
    throw new EventStoreUnavailableError('EventStoreDB ended the subscription');
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    silence.close();
    signal.removeEventListener('abort', abort);
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

function toStep(item: Item): SubscriptionStep | undefined {
  if ('checkpoint' in item) return { position: formatPosition(item.checkpoint) };
  if ('live' in item || !item.event) return undefined;
  const event = toRecordedEvent(item.event);
  return { position: event.position, event };
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
