import {
  type Checkpoint,
  checkpoints,
  type EventStore,
  type Position,
  saveCheckpoint,
} from '@inkstream/event-store';
import { type MessageBus, type TopicEnds, UnknownTopicError } from '@inkstream/message-bus';
import type { Logger } from '@inkstream/service-kit';
import type { Batch } from './open-batch.ts';

/** Nothing is published while a checkpoint is saved; what was published since the last one is again after a crash. */
const SAVE_AFTER_EVENTS = 10_000;
const SAVE_AFTER_MS = 1_000;
/** How often the topics are checked while nothing is published: one may lose what it had acknowledged at any time. */
const LOOK_AFTER_MS = 30_000;

export interface ProgressOptions {
  readonly store: EventStore;
  readonly bus: Pick<MessageBus, 'ends'>;
  readonly log: Pick<Logger, 'error'>;
  /** The name of the checkpoint. */
  readonly name: string;
  /** Whether it is still this relay's checkpoint: another one may have gone on from it, and further. */
  readonly maySave: () => boolean;
  /** A monotonic clock, in ms. */
  readonly now?: () => number;
}

type Ends = Readonly<Record<string, TopicEnds>>;

/** What was published when a checkpoint was saved. */
interface Reached {
  readonly position: Position | undefined;
  /** Where each topic ended then, by its name. */
  readonly ends: Ends;
}

/** The bus has fewer messages than were acknowledged: what it lost is to be published again. */
export class MessagesLostError extends Error {
  override readonly name = 'MessagesLostError';
}

const NOTHING: Reached = { position: undefined, ends: {} };
const sum = (ends: TopicEnds) => ends.reduce((total, end) => total + end, 0);

const reached = ({ position, notes }: Checkpoint): Reached => ({
  position,
  ends: (notes.ends ?? {}) as unknown as Ends,
});

/** Whether a topic that ends at `now` still has what it had at `then`, and so many messages more. */
const holds = (now: TopicEnds = [], then: TopicEnds = [], more = 0) =>
  then.every((end, partition) => end <= (now[partition] ?? 0)) && sum(now) >= sum(then) + more;

/**
 * How far the relay is. A checkpoint is an append with an fsync, so it is saved once for many events: after a crash
 * those since the last one are published again.
 *
 * A checkpoint notes where the topics ended, too. If one ends before that, it was truncated, recreated or lost what it
 * had acknowledged, and the relay goes back to the last checkpoint that the topics still hold, to the start of the log
 * if there is none.
 */
export function createProgress({
  store,
  bus,
  log,
  name,
  maySave,
  now = () => performance.now(),
}: ProgressOptions) {
  /** The checkpoint to count from; undefined before it was loaded. */
  let saved: Reached | undefined;
  let published: Position | undefined;
  /** The messages since then, by topic. */
  const messages = new Map<string, number>();
  let unsaved = 0;
  let savedAt = now();
  let lookedAt = now();

  async function endsNow(topics: readonly string[]): Promise<Ends> {
    const ends = [...new Set(topics)].map(async (topic) => {
      const end = bus.ends(topic).catch((error) => {
        if (error instanceof UnknownTopicError) return [];
        throw error;
      });
      return [topic, await end] as const;
    });
    return Object.fromEntries(await Promise.all(ends));
  }

  const allTopics = () => [...Object.keys(saved?.ends ?? {}), ...messages.keys()];

  /** Where the topics end, and those of them that lost something since the checkpoint. */
  async function look(
    at: readonly string[],
  ): Promise<{ readonly ends: Ends; readonly topics: readonly string[] }> {
    const then = saved?.ends ?? {};
    const ends = await endsNow(at);
    const topics = Object.keys(ends).filter((one) => !holds(ends[one], then[one], messages.get(one)));
    return { ends, topics };
  }

  async function lookForLosses(at: readonly string[]): Promise<Ends> {
    const { ends, topics } = await look(at);
    if (topics.length > 0) throw new MessagesLostError(`Messages are gone from ${topics.join(', ')}`);
    return ends;
  }

  async function newest(): Promise<Reached> {
    for await (const checkpoint of checkpoints(store, name)) return reached(checkpoint);
    return NOTHING;
  }

  async function lastThatHolds(ends: Ends): Promise<Reached> {
    let lowest: Position | undefined;
    for await (const checkpoint of checkpoints(store, name)) {
      const position = checkpoint.position ?? '';
      // A checkpoint that is older and further ahead is from before the relay went back, and no longer counts.
      if (lowest !== undefined && position > lowest) continue;
      lowest = position;
      const one = reached(checkpoint);
      if (Object.entries(one.ends).every(([topic, then]) => holds(ends[topic], then))) return one;
    }
    return NOTHING;
  }

  function countFrom(from: Reached): void {
    saved = from;
    messages.clear();
    unsaved = 0;
    savedAt = now();
  }

  async function save(): Promise<void> {
    if (published === undefined || unsaved === 0 || !maySave()) return;
    // Of the others there is nothing new to note.
    const ends = { ...saved?.ends, ...(await lookForLosses([...messages.keys()])) };
    if (!maySave()) return;
    await saveCheckpoint(store, name, published, { ends });
    countFrom({ position: published, ends });
  }

  return {
    /**
     * The last position that was published and that the bus still has, from the checkpoint the first time; undefined at
     * the start of the log.
     */
    async load(): Promise<Position | undefined> {
      if (!saved) {
        const last = await newest();
        countFrom(last);
        published = last.position;
      }
      const { ends, topics } = await look(allTopics());
      if (topics.length === 0) return published;
      const before = await lastThatHolds(ends);
      log.error(
        { topics, from: before.position, published },
        'The bus lost messages: they are published again',
      );
      if (maySave()) await saveCheckpoint(store, name, before.position, { ends: before.ends });
      countFrom(before);
      published = before.position;
      return published;
    },

    /** Goes back to the checkpoint, since the log is no longer the one that was published from. */
    forget(): void {
      saved = undefined;
      published = undefined;
      messages.clear();
      unsaved = 0;
    },

    /**
     * A batch is published. If it has no events, nothing is saved: the checkpoint itself moves the end of the log.
     *
     * @throws MessagesLostError if the bus turns out to have lost some since the last checkpoint.
     */
    async advance(batch: Omit<Batch, 'end'>): Promise<void> {
      published = batch.position;
      unsaved += batch.events;
      for (const [topic, { length }] of batch.messages)
        messages.set(topic, (messages.get(topic) ?? 0) + length);
      if (unsaved >= SAVE_AFTER_EVENTS || now() - savedAt >= SAVE_AFTER_MS) await save();
      if (now() - lookedAt < LOOK_AFTER_MS) return;
      lookedAt = now();
      await lookForLosses(allTopics());
    },

    save,
  };
}
