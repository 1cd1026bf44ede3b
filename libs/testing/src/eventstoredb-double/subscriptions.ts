import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventLog } from './event-log.ts';
import { endOf } from './event-table.ts';
import { NO_EVENTS, type Position, type RecordedEvent } from './events.ts';
import type { Filter } from './filter.ts';
import {
  caughtUp,
  checkpointResponse,
  confirmation,
  eventResponse,
  fellBehind,
  type Outlet,
} from './responses.ts';
import { streamDeleted } from './trailers.ts';

const PAGE = 256;

/**
 * Follows the log: pages until there is nothing more, then what each commit brings. A subscriber that is more
 * than a page behind has fallen behind, and catches up again from the log: nothing is queued for it.
 */
const follow = async (
  log: EventLog,
  outlet: Outlet,
  nextPage: () => RecordedEvent[],
  send: (event: RecordedEvent) => Promise<void>,
): Promise<void> => {
  let live = false;
  await outlet.send(confirmation(randomUUID()));
  while (!outlet.signal.aborted) {
    const page = nextPage();
    if (page.length === PAGE && live) {
      live = false;
      await outlet.send(fellBehind());
    }
    for (const event of page) {
      if (outlet.signal.aborted) return;
      await send(event);
    }
    // Pages of which nothing is sent would otherwise leave no turn to anybody else.
    if (page.length === PAGE) await nextTurn();
    if (page.length > 0) continue;
    if (live) {
      await log.nextCommit(outlet.signal);
    } else {
      live = true;
      await outlet.send(caughtUp());
    }
  }
};

/** Follows `$all` after a position. Events that the filter leaves out are considered, and count for checkpoints. */
export const subscribeToAll = (
  log: EventLog,
  outlet: Outlet,
  after: Position,
  filter: Filter | undefined,
): Promise<void> => {
  let cursor = after;
  let considered = 0;
  const nextPage = () =>
    log.reader.all('forwards', { commit: cursor.commit, prepare: cursor.prepare + 1 }, PAGE);
  return follow(log, outlet, nextPage, async (event) => {
    cursor = event;
    if (filter === undefined) return outlet.send(eventResponse(event));
    if (filter.matches(event)) await outlet.send(eventResponse(event));
    considered += 1;
    if (considered % filter.checkpointInterval === 0) {
      await outlet.send(checkpointResponse({ commit: endOf(event), prepare: event.prepare }));
    }
  });
};

/** Follows a stream, which need not exist yet, after a revision. */
export const subscribeToStream = (
  log: EventLog,
  outlet: Outlet,
  stream: string,
  after: number | 'start' | 'end',
): Promise<void> => {
  const { reader } = log;
  const viewNow = () => {
    const view = reader.view(stream);
    if (view.kind === 'tombstoned') throw streamDeleted(stream);
    return view;
  };
  const begin = (): number => {
    if (typeof after === 'number') return after;
    const view = viewNow();
    return after === 'end' && view.kind === 'readable' ? view.head : NO_EVENTS;
  };
  let cursor: number | undefined;
  const nextPage = () => {
    cursor ??= begin();
    const view = viewNow();
    if (view.kind !== 'readable') return [];
    return reader.stream(view, 'forwards', { from: cursor + 1, to: Number.MAX_SAFE_INTEGER }, PAGE);
  };
  return follow(log, outlet, nextPage, async (event) => {
    cursor = event.revision;
    await outlet.send(eventResponse(event));
  });
};
