import type { ClusterNode } from './cluster-node.ts';

/** How long a cluster takes to notice and to mend, in ms; by default as long as real nodes on one machine. */
export interface ClusterTimes {
  /** A node that is cut off still believes in its leader, or itself. Default: 5,200. */
  readonly stepDownMs: number;
  /** The others elect a leader after the old one was cut off. Default: 5,800. */
  readonly electionMs: number;
  /** They elect one after it died. Default: 900. */
  readonly failoverMs: number;
  /** A deposed leader that took writes ends its process after it is back, to truncate them. Default: 8,700. */
  readonly truncationMs: number;
  /** It is started again. Default: 1,500. */
  readonly restartMs: number;
}

const TIMES = {
  stepDownMs: 5_200,
  electionMs: 5_800,
  failoverMs: 900,
  truncationMs: 8_700,
  restartMs: 1_500,
};
/** A cluster of wire doubles in this process. The first node leads at the start. */
export class EventStoreDbCluster {
  readonly nodes: readonly ClusterNode[];
  readonly #times: ClusterTimes;
  readonly #timers = new Set<NodeJS.Timeout>();
  #restarting: Promise<void> = Promise.resolve();

  /** Of nodes that run. */
  constructor(nodes: readonly ClusterNode[], times: Partial<ClusterTimes>) {
    this.nodes = nodes;
    this.#times = { ...TIMES, ...times };
    this.#elect();
  }

  /** A connection string of all nodes. */
  get url(): string {
    const [first] = this.nodes;
    const hosts = this.nodes.map(({ url }) => new URL(url).host);
    return `esdb://${hosts.join()}${new URL(first?.url ?? 'esdb://none').search}`;
  }

  /** The node that leads a majority; throws while there is none. */
  get leader(): ClusterNode {
    const found = this.nodes.find(({ member }) => member.state === 'leader' && member.hasMajority());
    if (found === undefined) throw new Error('No node leads the cluster.');
    return found;
  }

  get followers(): ClusterNode[] {
    return this.nodes.filter(({ member }) => member.state === 'follower');
  }

  /** From now on the node shows what is written after so many ms. */
  lag(node: ClusterNode, ms: number): void {
    node.member.lagMs = ms;
  }

  /** The node and the others no longer reach each other; clients reach all. */
  cutOff(node: ClusterNode): void {
    node.member.reachable = false;
    this.#after(this.#times.stepDownMs, () => this.#noticeLoss());
    this.#after(this.#times.electionMs, () => this.#elect());
  }

  /** All nodes reach each other again. */
  heal(): void {
    for (const { member } of this.nodes) member.reachable = true;
    this.#rejoin();
    this.#after(this.#times.failoverMs, () => this.#elect());
  }

  /** The process of a node dies: its connections break, and its port is closed. */
  async kill(node: ClusterNode): Promise<void> {
    const ended = node.end();
    this.#noticeLoss();
    this.#after(this.#times.failoverMs, () => this.#elect());
    await ended;
  }

  killLeader(): Promise<void> {
    return this.kill(this.leader);
  }

  /** Starts a node again that was killed, on its port and its log. */
  async start(node: ClusterNode): Promise<void> {
    await node.start();
    this.#rejoin();
    this.#elect();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#restarting;
    await Promise.all(this.nodes.map((node) => node.end()));
  }

  /** Nodes that reach no leader know none. */
  #noticeLoss(): void {
    for (const { member } of this.nodes) {
      const lost = member.state === 'leader' ? !member.hasMajority() : member.leader() === undefined;
      if (lost) member.state = 'unknown';
    }
  }

  /** The node that has most of the log leads, if there is a majority without a leader. */
  #elect(): void {
    const candidates = this.nodes.map(({ member }) => member).filter((one) => one.isUp && one.hasMajority());
    if (candidates.length === 0 || candidates.some(({ state }) => state === 'leader')) return;
    const best = candidates.reduce((a, b) => (b.received > a.received ? b : a));
    best.lead();
    this.#rejoin();
  }

  /** Nodes without a leader follow the one that they reach; one with writes of its own must truncate them first. */
  #rejoin(): void {
    for (const node of this.nodes) {
      const { member } = node;
      const leads = member.leader();
      if (!member.isUp || member.state !== 'unknown' || leads === undefined) continue;
      if (member.hasUnreplicated) this.#after(this.#times.truncationMs, () => this.#truncate(node));
      else member.followLeader();
    }
  }

  /** Ends a node, whose exit code would be 0, and starts it again, as a supervisor must (7.6). */
  #truncate(node: ClusterNode): void {
    if (!node.member.isUp || !node.member.hasUnreplicated) return;
    this.#restarting = node.end();
    this.#after(this.#times.restartMs, () => {
      this.#restarting = this.start(node);
    });
  }

  #after(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, ms).unref();
    this.#timers.add(timer);
  }
}
