import type { KafkaMessage } from 'kafkajs';
import { Backlog, type Deliveries, type Entry, type Pending } from '../delivery/backlog.ts';
import type { Delivery, Message } from '../message-bus.ts';
import { decodeDone, encodeDone, finishedRanges, type Range } from './done-offsets.ts';

/** A message of a partition. `publishedAt`: ms since 1970. */
export interface Received extends Message, Entry {
  readonly publishedAt: number;
}

/** Where to go on, as the group's coordinator keeps it. */
export interface Committed {
  /** The lowest offset that is not finished. */
  readonly offset: number;
  /** What is finished beyond it. */
  readonly metadata: string;
}

/** A partition assigned to this consumer: what it has read of it and not finished. */
export class Partition {
  readonly id: number;
  readonly #backlog: Backlog<Received>;
  /** What was finished beyond the cursor before this consumer had it. */
  readonly #doneBefore: readonly Range[];
  #committed: Committed | undefined;
  #bytes = 0;

  /** `committed`: undefined if the group has no committed offset yet and begins at `start`. */
  constructor(id: number, committed: Committed | undefined, start: number) {
    const cursor = (committed?.offset ?? start) - 1;
    this.id = id;
    this.#committed = committed;
    this.#doneBefore = decodeDone(cursor, committed?.metadata ?? null);
    this.#backlog = new Backlog(cursor, (offset) =>
      this.#doneBefore.some(([first, last]) => offset >= first && offset <= last),
    );
  }

  /** The offset to read on from. */
  get next(): number {
    return this.#backlog.readUpTo + 1;
  }

  /** How many messages can be taken now. */
  get ready(): number {
    return this.#backlog.ready;
  }

  /** How many messages are not finished. */
  get size(): number {
    return this.#backlog.size;
  }

  /** How many messages of a later release wait. */
  get laterRelease(): number {
    return this.#backlog.laterRelease;
  }

  /** Roughly how many bytes the unfinished messages take. */
  get bytes(): number {
    return this.#bytes;
  }

  add(messages: readonly Received[]): void {
    const { next } = this;
    for (const message of messages) if (message.offset >= next) this.#bytes += sizeOf(message);
    this.#backlog.add(messages);
  }

  take(): Pending<Received> | undefined {
    return this.#backlog.take();
  }

  release(pending: Pending<Received>): void {
    this.#backlog.release(pending);
  }

  finish(pending: Pending<Received>): void {
    this.#bytes -= sizeOf(pending);
    this.#backlog.finish(pending);
  }

  /** Whether another consumer has got further than this one, which had lost the partition without knowing. */
  isBehind({ offset }: Committed): boolean {
    return offset > this.#backlog.cursor + 1;
  }

  /** The place to commit, undefined if it is committed already. */
  toCommit(): Committed | undefined {
    const place = this.#place();
    const { offset, metadata } = this.#committed ?? {};
    return place.offset === offset && place.metadata === metadata ? undefined : place;
  }

  /** `place`: undefined if it is not known. */
  markCommitted(place: Committed | undefined): void {
    this.#committed = place;
  }

  #place(): Committed {
    const { cursor, readUpTo, unfinished } = this.#backlog;
    const ahead = this.#doneBefore.filter(([, last]) => last > readUpTo);
    const ranges = [...finishedRanges(cursor, unfinished, readUpTo), ...ahead.map(clip(readUpTo))];
    return { offset: cursor + 1, metadata: encodeDone(cursor, ranges) };
  }
}

/** The delivery of a message; its offset names the partition too, `3:1042`. */
export function toDelivery(
  topic: string,
  partition: number,
  received: Received,
  { deliveries: redelivered, failures }: Deliveries,
): Delivery {
  const { key, value, headers, offset, publishedAt } = received;
  const place = `${partition}:${offset}`;
  return { topic, key, value, headers, offset: place, publishedAt, redelivered, failures };
}

const clip =
  (after: number) =>
  ([first, last]: Range): Range => [Math.max(first, after + 1), last];

const sizeOf = ({ key, value }: Received) => key.length + value.length + 200;

/** The message as the port has it. */
export function toReceived({ key, value, headers = {}, offset, timestamp }: KafkaMessage): Received {
  const text = Object.entries(headers).map(([name, content]) => [name, String(content ?? '')]);
  return {
    key: key?.toString() ?? '',
    value: value?.toString() ?? '',
    headers: Object.fromEntries(text),
    offset: Number(offset),
    publishedAt: Number(timestamp),
  };
}
