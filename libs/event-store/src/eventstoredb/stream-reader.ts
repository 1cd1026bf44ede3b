import { setTimeout as sleep } from 'node:timers/promises';
import {
  BACKWARDS,
  END,
  FORWARDS,
  NotLeaderError,
  type ResolvedEvent,
  START,
  StreamDeletedError,
  type StreamingRead,
  StreamNotFoundError,
} from '@eventstore/db-client';
import type { ReadOptions, RecordedEvent } from '../event-store.ts';
import { toRecordedEvent } from './recorded-event.ts';
import type { RenewableClient } from './renewable-client.ts';
import { withTimeout } from './with-timeout.ts';

/** How many events a page holds: a slow caller must not occupy one of the connection's 100 streams. */
const PAGE_EVENTS = 100;

/** How often a read follows the leader to another node, and how long it waits before the first time, in ms. */
const MOST_MOVES = 4;
const FIRST_MOVE_MS = 10;

export type ReadPage = (stream: string, options: ReadOptions) => Promise<RecordedEvent[]>;

/**
 * Reads one page of a stream from the leader, within a time limit; none if the stream does not exist or was tombstoned.
 * A follower lags, and serves what it has. If the leader is required, it names the leader instead, and the client's
 * next call goes there.
 *
 * @throws NotLeaderError if the leader changes faster than it can be followed.
 */
export const pageReader = (clients: RenewableClient, limitMs: number): ReadPage => {
  const readOnce: ReadPage = (stream, { from, direction = 'forwards', limit = PAGE_EVENTS, signal }) => {
    const backwards = direction === 'backwards';
    const { client } = clients;
    const answer = client.readStream(stream, {
      direction: backwards ? BACKWARDS : FORWARDS,
      fromRevision: from === undefined ? (backwards ? END : START) : BigInt(from),
      maxCount: Math.min(limit, PAGE_EVENTS),
      requiresLeader: true,
    });
    // An error that comes after the caller stopped reading has no other listener.
    answer.on('error', () => {});
    const abandon = () => clients.renew(client);
    return withTimeout(limitMs, signal, () => collect(answer), abandon).finally(() => leave(answer));
  };

  return async (stream, options) => {
    for (let moves = 0; ; moves++) {
      try {
        return await readOnce(stream, options);
      } catch (error) {
        if (!(error instanceof NotLeaderError) || moves === MOST_MOVES) throw error;
        await sleep(FIRST_MOVE_MS * 2 ** moves);
      }
    }
  };
};

/** All pages of a stream, each when the caller asks for it. */
export async function* readPages(
  readPage: ReadPage,
  stream: string,
  { from, direction = 'forwards', limit = Number.POSITIVE_INFINITY, signal }: ReadOptions,
): AsyncGenerator<RecordedEvent> {
  const step = direction === 'forwards' ? 1 : -1;
  for (let next = from, left = limit; left > 0 && next !== -1; ) {
    const asked = Math.min(left, PAGE_EVENTS);
    const page = await readPage(stream, {
      direction,
      limit: asked,
      ...(next === undefined ? {} : { from: next }),
      ...(signal === undefined ? {} : { signal }),
    });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < asked) return;
    next = last.revision + step;
    left -= page.length;
  }
}

async function collect(answer: StreamingRead<ResolvedEvent>): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  try {
    for await (const { event } of answer) if (event) events.push(toRecordedEvent(event));
    return events;
  } catch (error) {
    if (error instanceof StreamNotFoundError || error instanceof StreamDeletedError) return [];
    throw error;
  }
}

function leave(answer: StreamingRead<ResolvedEvent>): void {
  if (answer.readableEnded) return;
  answer.destroy();
  answer.cancel().catch(() => {});
}
