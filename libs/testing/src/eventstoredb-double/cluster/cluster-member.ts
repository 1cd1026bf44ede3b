import { setTimeout as delay } from 'node:timers/promises';
import type { EventLog } from '../event-log.ts';
import type { RecordedEvent } from '../events.ts';
import type { Joining, Membership, NodeState, Peer } from '../membership.ts';
import { commitTimeout, notLeader, notReady } from '../trailers.ts';

const PAGE = 256;

/**
 * A node of a cluster. A leader writes only what a majority gets at once, so no log ever holds what could be rolled
 * back; a follower has at once what is written, and shows it after its lag.
 */
export class ClusterMember implements Membership {
  state: NodeState = 'unknown';
  /** Whether it reaches the other nodes, and they it. */
  reachable = true;
  lagMs = 0;
  /** Whether it took writes, as the leader that it took itself to be, that no other node got. */
  hasUnreplicated = false;
  readonly #all: () => readonly ClusterMember[];
  readonly #commitTimeoutMs: number;
  #node: Joining | undefined;
  #received = 0;
  #waiting: { due: number; events: readonly RecordedEvent[] }[] = [];
  #leave = () => undefined as unknown;

  constructor(all: () => readonly ClusterMember[], commitTimeoutMs: number) {
    this.#all = all;
    this.#commitTimeoutMs = commitTimeoutMs;
  }

  /** The position up to which it has the log, be it shown or not. */
  get received(): number {
    return this.#received;
  }

  get isUp(): boolean {
    return this.#node !== undefined;
  }

  join(node: Joining): this {
    this.#node = node;
    this.#received = node.log.reader.end();
    this.#leave = node.log.onCommit((events) => {
      if (this.state !== 'leader') return;
      this.#received = node.log.reader.end();
      for (const peer of this.#connected()) peer.receive(events);
    });
    return this;
  }

  /** Its process ends. */
  leave(): void {
    this.#leave();
    this.#node = undefined;
    this.#waiting = [];
    this.state = 'unknown';
    this.hasUnreplicated = false;
  }

  lead(): void {
    for (const { events } of this.#waiting.splice(0)) this.#log().apply(events);
    this.hasUnreplicated = false;
    this.state = 'leader';
  }

  /** Follows a leader: gets what it missed. */
  followLeader(): void {
    this.state = 'follower';
    const leader = this.leader();
    if (leader === undefined) return;
    for (let full = true; full; ) {
      const page = leader.#log().reader.all('forwards', this.#received + 1, PAGE);
      this.receive(page);
      full = page.length === PAGE;
    }
  }

  receive(events: readonly RecordedEvent[]): void {
    this.#received = events.at(-1)?.position ?? this.#received;
    this.#waiting.push({ due: performance.now() + this.lagMs, events });
    this.#show();
  }

  /** The leader that it reaches; itself, if it leads. */
  leader(): ClusterMember | undefined {
    return [this, ...this.#connected()].find(({ state }) => state === 'leader');
  }

  hasMajority(): boolean {
    return this.#connected().length + 1 > this.#all().length / 2;
  }

  admitRead(requiresLeader: boolean): void {
    if (!requiresLeader || this.state === 'leader') return;
    const leader = this.state === 'follower' ? this.leader() : undefined;
    throw leader === undefined ? notReady() : notLeader(leader.#joined().endPoint);
  }

  async write<T>(requiresLeader: boolean, make: (log: EventLog) => Promise<T>): Promise<T> {
    if (this.state === 'unknown') throw notReady();
    const leader = this.leader();
    if (leader !== undefined && leader !== this) {
      if (requiresLeader) throw notLeader(leader.#joined().endPoint);
      return leader.write(false, make);
    }
    if (leader === this && this.hasMajority()) return make(this.#log());
    this.hasUnreplicated ||= leader === this;
    await delay(this.#commitTimeoutMs, undefined, { ref: false });
    throw commitTimeout();
  }

  peers(): readonly Peer[] {
    const alive = new Set([this, ...this.#connected()]);
    return this.#all().flatMap((member) => {
      if (member.#node === undefined) return [];
      const { instanceId, endPoint } = member.#node;
      return [{ instanceId, endPoint, state: member.state, alive: alive.has(member) }];
    });
  }

  #connected(): ClusterMember[] {
    if (!this.reachable) return [];
    return this.#all().filter((other) => other !== this && other.isUp && other.reachable);
  }

  /** Shows what its lag no longer hides. */
  #show(): void {
    const [next] = this.#waiting;
    if (next === undefined || this.#node === undefined) return;
    const wait = next.due - performance.now();
    if (wait > 0) {
      setTimeout(() => this.#show(), wait).unref();
      return;
    }
    this.#waiting.shift();
    this.#log().apply(next.events);
    this.#show();
  }

  #joined(): Joining {
    if (this.#node === undefined) throw notReady();
    return this.#node;
  }

  #log(): EventLog {
    return this.#joined().log;
  }
}
