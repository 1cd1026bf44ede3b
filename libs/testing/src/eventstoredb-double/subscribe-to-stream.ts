import type { EventLog } from './event-log.ts';
import { NO_EVENTS, type RecordedEvent, TOMBSTONE } from './events.ts';
import { confirm, type Followed, follow } from './follow.ts';
import { type LiveMessage, LiveMessages } from './live-messages.ts';
import { eventResponse, type Outlet } from './responses.ts';
import { streamDeleted } from './trailers.ts';

const PAGE = 256;

/** A stream, which need not exist yet, after a revision. Its end is a tombstone, which is given, then an error. */
class FollowedStream implements Followed {
  readonly #log: EventLog;
  readonly #outlet: Outlet;
  readonly #stream: string;
  #last: number;

  constructor(log: EventLog, outlet: Outlet, stream: string, after: number | 'end') {
    this.#log = log;
    this.#outlet = outlet;
    this.#stream = stream;
    const view = log.reader.view(stream);
    if (view.kind === 'tombstoned') throw streamDeleted(stream);
    this.#last = after !== 'end' ? after : view.kind === 'readable' ? view.head : NO_EVENTS;
  }

  async catchUp(): Promise<void> {
    const { reader } = this.#log;
    while (!this.#outlet.signal.aborted) {
      const view = reader.view(this.#stream);
      if (view.kind !== 'readable') return;
      const range = { from: this.#last + 1, to: Number.MAX_SAFE_INTEGER };
      const page = reader.stream(view, 'forwards', range, PAGE);
      for (const event of page) await this.#event(event);
      if (page.length < PAGE) return;
    }
  }

  knows({ event }: LiveMessage): boolean {
    return event.revision <= this.#last;
  }

  send({ event }: LiveMessage): Promise<void> {
    return this.#event(event);
  }

  async fellBehind(): Promise<void> {}

  async #event(event: RecordedEvent): Promise<void> {
    this.#last = event.revision;
    await this.#outlet.send(eventResponse(event));
    if (event.revision === TOMBSTONE) throw streamDeleted(this.#stream);
  }
}

/** Follows a stream after a revision. */
export const subscribeToStream = async (
  log: EventLog,
  outlet: Outlet,
  stream: string,
  after: number | 'end',
): Promise<void> => {
  const selection = {
    matches: (event: RecordedEvent) => event.stream === stream,
    checkpointInterval: Infinity,
  };
  const live = new LiveMessages(log, selection, outlet.signal);
  const followed = new FollowedStream(log, outlet, stream, after);
  await confirm(outlet);
  await follow(followed, live, outlet);
};
