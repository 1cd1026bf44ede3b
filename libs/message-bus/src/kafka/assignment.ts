import type { KafkaMessage } from 'kafkajs';
import type { Pending } from '../delivery/backlog.ts';
import { type Committed, Partition, type Received, toReceived } from './partition.ts';

/** A message to handle, and the partition that it belongs to. */
export interface Work {
  readonly partition: Partition;
  readonly pending: Pending<Received>;
}

export interface AssignmentOptions {
  /** The committed offsets of the group, by partition. */
  fetchCommitted(): Promise<Map<number, Committed>>;
  /** Reads the partition from this offset on. */
  seek(partition: number, offset: number): void;
  /** The partition is another consumer's now, and so is what is in flight of it. */
  onLost(partition: Partition): void;
}

/** The partitions assigned to a consumer. One that stays over a rebalance keeps its messages in flight. */
export class Assignment {
  readonly #options: AssignmentOptions;
  #assigned: ReadonlySet<number> = new Set();
  readonly #partitions = new Map<number, Partition>();
  #verifying: Promise<void> | undefined;

  constructor(options: AssignmentOptions) {
    this.#options = options;
  }

  get partitions(): Iterable<Partition> {
    return this.#partitions.values();
  }

  get assigned(): number[] {
    return [...this.#assigned];
  }

  /** Drops those that are not among these; the others go on where they are. */
  assign(partitions: readonly number[]): void {
    this.#assigned = new Set(partitions);
    this.#verifying = undefined;
    for (const partition of this.#partitions.values()) {
      if (!this.#assigned.has(partition.id)) {
        this.#lose(partition);
        continue;
      }
      this.#options.seek(partition.id, partition.next);
      // A commit that was under way is of the membership before.
      partition.markCommitted(undefined);
    }
  }

  /**
   * Resolves once it is known that no other consumer worked on these partitions meanwhile, which this one would have
   * noticed too late: the partitions that one did work on are dropped, and read again from where it got to.
   */
  verified(): Promise<void> {
    this.#verifying ??= this.#dropOvertaken().catch((error) => {
      this.#verifying = undefined;
      throw error;
    });
    return this.#verifying;
  }

  /** Adds what was read next. False if the partition is no longer assigned, or was sought elsewhere. */
  async add(id: number, messages: readonly KafkaMessage[], isStale: () => boolean): Promise<boolean> {
    await this.verified();
    const received = messages.map(toReceived);
    const partition = this.#partitions.get(id) ?? (await this.#open(id, received[0]?.offset ?? 0));
    if (!partition || isStale()) return false;
    this.#partitions.set(id, partition);
    partition.add(received);
    return true;
  }

  /** The next message whose key is free, alternating between the partitions. */
  take(): Work | undefined {
    for (const partition of this.#partitions.values()) {
      const pending = partition.take();
      if (!pending) continue;
      this.#partitions.delete(partition.id);
      this.#partitions.set(partition.id, partition);
      return { partition, pending };
    }
    return undefined;
  }

  /** What is to be committed now. */
  toCommit(): Map<number, Committed> {
    const places = new Map<number, Committed>();
    for (const partition of this.#partitions.values()) {
      const place = partition.toCommit();
      if (place) places.set(partition.id, place);
    }
    return places;
  }

  markCommitted(places: ReadonlyMap<number, Committed>): void {
    for (const [id, place] of places) this.#partitions.get(id)?.markCommitted(place);
  }

  async #open(id: number, start: number): Promise<Partition | undefined> {
    const before = this.#assigned;
    const committed = (await this.#options.fetchCommitted()).get(id);
    if (this.#assigned !== before || !before.has(id)) return undefined;
    return new Partition(id, committed, start);
  }

  async #dropOvertaken(): Promise<void> {
    if (this.#partitions.size === 0) return;
    for (const [id, place] of await this.#options.fetchCommitted()) {
      const partition = this.#partitions.get(id);
      if (!partition?.isBehind(place)) continue;
      this.#lose(partition);
      this.#options.seek(id, place.offset);
    }
  }

  #lose(partition: Partition): void {
    this.#partitions.delete(partition.id);
    this.#options.onLost(partition);
  }
}
