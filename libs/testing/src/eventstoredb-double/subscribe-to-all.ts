import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventLog } from './event-log.ts';
import { endOf } from './event-table.ts';
import type { RecordedEvent } from './events.ts';
import { type Filter, UNFILTERED } from './filter.ts';
import { confirm, type Followed, follow } from './follow.ts';
import { type LiveMessage, LiveMessages } from './live-messages.ts';
import { firstAfter, isLater, isNowhere, type Position, placeOf, refuseWithinRecord } from './positions.ts';
import { checkpointResponse, eventResponse, type Outlet } from './responses.ts';

/** So many events are read at once. */
const CHUNK = 64;

/** `$all` from a position, with a filter: checkpoints are as 1.1 to 1.8 of what was measured have them. */
class FollowedAll implements Followed {
  readonly #log: EventLog;
  readonly #outlet: Outlet;
  readonly #filter: Filter;
  readonly #checkpoints: boolean;
  /** Where reading goes on. */
  #next: number;
  /** Where a page begins, as a checkpoint has it. */
  #pageStart: Position;
  /** The last event that was sent, the last checkpoint, or the start. */
  #reached: Position;
  #told: Position | undefined;
  #considered = 0;
  /** From the end of the log or beyond there is nothing to catch up with. */
  #atEnd: boolean;

  constructor(log: EventLog, outlet: Outlet, after: Position, filter: Filter | undefined) {
    this.#log = log;
    this.#outlet = outlet;
    this.#filter = filter ?? UNFILTERED;
    this.#checkpoints = filter !== undefined;
    this.#next = firstAfter(after);
    this.#pageStart = isNowhere(after) ? { commit: 0n, prepare: 0n } : after;
    this.#reached = after;
    this.#atEnd = this.#next > log.reader.end();
  }

  async catchUp(): Promise<void> {
    if (this.#atEnd) {
      this.#atEnd = false;
      return;
    }
    while ((await this.#page()) && !this.#outlet.signal.aborted) await nextTurn();
    await this.#checkpoint();
  }

  knows({ kind, event }: LiveMessage): boolean {
    const place = placeOf(event.position);
    return kind === 'event' ? !isLater(place, this.#reached) : isLater(this.#reached, place);
  }

  async send({ kind, event }: LiveMessage): Promise<void> {
    this.#pass(event);
    if (kind === 'event') return this.#event(event);
    this.#reached = placeOf(event.position);
    await this.#checkpoint();
  }

  fellBehind(): Promise<void> {
    return this.#checkpoint();
  }

  /** Considers a page; whether there may be another. */
  async #page(): Promise<boolean> {
    const { matches, searchWindow, matchesInPage, checkpointInterval } = this.#filter;
    const start = this.#pageStart;
    let [considered, sent, full] = [0, 0, true];
    while (full && considered < searchWindow && sent < matchesInPage && !this.#outlet.signal.aborted) {
      const size = Math.min(CHUNK, searchWindow - considered);
      const events = this.#log.reader.all('forwards', this.#next, size);
      full = events.length === size;
      for (const event of events) {
        if (sent === matchesInPage || this.#outlet.signal.aborted) break;
        considered += 1;
        this.#pass(event);
        if (!matches(event)) continue;
        sent += 1;
        await this.#event(event);
      }
    }
    this.#considered += considered;
    if (this.#considered >= checkpointInterval) {
      this.#considered %= checkpointInterval;
      if (isLater(start, this.#reached)) this.#reached = start;
      await this.#checkpoint();
    }
    return considered === searchWindow || sent === matchesInPage;
  }

  /** Reading goes on after an event. */
  #pass(event: RecordedEvent): void {
    this.#next = event.position + 1;
    this.#pageStart = { commit: BigInt(endOf(event)), prepare: 0n };
  }

  async #event(event: RecordedEvent): Promise<void> {
    this.#reached = placeOf(event.position);
    await this.#outlet.send(eventResponse(event));
  }

  /** Tells how far it has come, unless that was told. */
  async #checkpoint(): Promise<void> {
    if (!this.#checkpoints || (this.#told !== undefined && !isLater(this.#reached, this.#told))) return;
    this.#told = this.#reached;
    await this.#outlet.send(checkpointResponse(this.#reached));
  }
}

/** Follows `$all` after a position. */
export const subscribeToAll = async (
  log: EventLog,
  outlet: Outlet,
  after: Position,
  filter: Filter | undefined,
): Promise<void> => {
  const live = new LiveMessages(log, filter ?? UNFILTERED, outlet.signal);
  const followed = new FollowedAll(log, outlet, after, filter);
  await confirm(outlet);
  refuseWithinRecord(after, log.reader);
  await follow(followed, live, outlet);
};
