import type { ListedProvider, ProviderAnnouncement } from '@inkstream/contracts';

/** What a replica said last. */
interface Replica {
  readonly announcement: ProviderAnnouncement;
  /** When it was heard, ms of the own process's running time. */
  readonly heardAt: number;
  /** When it was said, ms since 1970 by the bus's clock. */
  readonly publishedAt: number;
  /** Whether it was heard before: then it lives, however its first word compares with the clock of others. */
  readonly heardBefore: boolean;
}

const listed = ({ lifetimeMs: _, instance: __, ...provider }: ProviderAnnouncement): ListedProvider =>
  provider;

/** From the one that decides to the one that counts if no other speaks. */
const STATES: readonly ListedProvider['state'][] = ['ready', 'paused', 'unavailable'];

/** Longer than from one look at the bus to the next, ms: this process stood still meanwhile, and heard nothing. */
const STOOD_STILL_MS = 12_000;

/**
 * The providers that count as running: while one of their replicas does, for the lifetime of its latest announcement.
 * No clock of another process counts. The lifetime is measured from when an announcement is heard; of one that was kept
 * on the bus from before, the bus tells how much older it is than the latest of all. While no announcement can come,
 * since the bus is away, or was heard, since this process stood still, none of them expires: their work waits on the bus
 * and is done later. Once the bus answers again each has `graceMs` to say so again.
 */
export class PresentProviders {
  /** By name and replica; the one that announced itself last is at the end. */
  readonly #replicas = new Map<string, Replica>();
  readonly #elapsedMs: () => number;
  readonly #graceMs: number;
  #latestPublishedAt = 0;
  #away = false;
  /** When it was last told whether the bus answers. */
  #toldAt: number | undefined;
  #graceUntil = 0;

  /** `elapsedMs`: a monotonic clock. */
  constructor(elapsedMs: () => number, graceMs: number) {
    this.#elapsedMs = elapsedMs;
    this.#graceMs = graceMs;
  }

  /** `publishedAt`: ms since 1970 by the bus's clock. */
  announce(announcement: ProviderAnnouncement, publishedAt: number): void {
    const key = `${announcement.name} ${announcement.instance}`;
    const heardBefore = this.#replicas.delete(key);
    this.#latestPublishedAt = publishedAt;
    if (announcement.lifetimeMs > 0)
      this.#replicas.set(key, { announcement, heardAt: this.#elapsedMs(), publishedAt, heardBefore });
  }

  /** Whether the bus answers now; to be told every few seconds. */
  busAnswers(answers: boolean): void {
    this.#forgetExpired();
    const now = this.#elapsedMs();
    if (answers && this.#isDeaf(now)) this.#graceUntil = now + this.#graceMs;
    this.#away = !answers;
    this.#toldAt = now;
  }

  /** Whether one that is not here may have announced itself all the same, or had no way to. */
  get mayHaveMissed(): boolean {
    const now = this.#elapsedMs();
    return this.#isDeaf(now) || now < this.#graceUntil;
  }

  /** Whether no announcement can be heard, or could since the last look. */
  #isDeaf(now: number): boolean {
    return this.#away || (this.#toldAt !== undefined && now - this.#toldAt > STOOD_STILL_MS);
  }

  /** By its name, or by an alias, which is the first one's by name if several have it. */
  find(name: string): ListedProvider | undefined {
    return this.#byName().get(name) ?? this.list().find(({ aliases }) => aliases?.includes(name));
  }

  /** In the order of their names. */
  list(): ListedProvider[] {
    return [...this.#byName().values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Each as its latest announcement says, of the replicas in the best state: one that reads is enough. */
  #byName(): Map<string, ListedProvider> {
    this.#forgetExpired();
    const byName = new Map<string, ListedProvider>();
    for (const { announcement } of this.#replicas.values()) {
      const best = byName.get(announcement.name);
      if (!best || STATES.indexOf(announcement.state) <= STATES.indexOf(best.state))
        byName.set(announcement.name, listed(announcement));
    }
    return byName;
  }

  #forgetExpired(): void {
    if (this.mayHaveMissed) return;
    const now = this.#elapsedMs();
    for (const [key, { announcement, heardAt, publishedAt, heardBefore }] of this.#replicas) {
      const { lifetimeMs } = announcement;
      const olderMs = heardBefore ? 0 : this.#latestPublishedAt - publishedAt;
      if (now - heardAt >= lifetimeMs || olderMs >= lifetimeMs) this.#replicas.delete(key);
    }
  }
}
