import type { EventStoreDbDouble } from '../node.ts';
import type { ClusterMember } from './cluster-member.ts';

/** A node; of its process, there may be several one after another. */
export class ClusterNode {
  readonly member: ClusterMember;
  readonly #start: (port: number) => Promise<EventStoreDbDouble>;
  #double: EventStoreDbDouble | undefined;
  #starts = 0;

  constructor(member: ClusterMember, start: (port: number) => Promise<EventStoreDbDouble>) {
    this.member = member;
    this.#start = start;
  }

  /** The double that runs, or that ran last. */
  get double(): EventStoreDbDouble {
    if (this.#double === undefined) throw new Error('The node was never started.');
    return this.#double;
  }

  /** A connection string of this node alone. */
  get url(): string {
    return this.double.url;
  }

  /** How often its process was started. */
  get starts(): number {
    return this.#starts;
  }

  /** Starts its process: again on its port and its log. */
  async start(): Promise<void> {
    this.#double = await this.#start(this.#double?.port ?? 0);
    this.#starts += 1;
  }

  /** Ends its process at once. */
  async end(): Promise<void> {
    this.member.leave();
    await this.#double?.close();
  }
}
