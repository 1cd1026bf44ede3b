import type { Provider, ProviderAnnouncement } from '@inkstream/contracts';

const providerOf = ({ expiresAt: _, instance: __, ...provider }: ProviderAnnouncement): Provider => provider;

/**
 * The providers that count as running: while one of their replicas does, until its latest announcement expires. While no announcement can
 * come, since the bus is away, none of them expires: their work waits on the bus and is done later. Once it is back
 * each has `graceMs` to say so again.
 */
export class PresentProviders {
  /** By name and replica, the one that spoke last at the end. */
  readonly #announced = new Map<string, ProviderAnnouncement>();
  readonly #now: () => Date;
  readonly #graceMs: number;
  #away = false;
  #graceUntil = 0;

  constructor(now: () => Date, graceMs: number) {
    this.#now = now;
    this.#graceMs = graceMs;
  }

  announce(announcement: ProviderAnnouncement): void {
    const replica = `${announcement.name} ${announcement.instance}`;
    this.#announced.delete(replica);
    if (Date.parse(announcement.expiresAt) > this.#now().getTime())
      this.#announced.set(replica, announcement);
  }

  /** Whether the bus answers now. */
  busAnswers(answers: boolean): void {
    this.#forgetExpired();
    if (this.#away && answers) this.#graceUntil = this.#now().getTime() + this.#graceMs;
    this.#away = !answers;
  }

  find(name: string): Provider | undefined {
    return this.#byName().get(name);
  }

  /** In the order of their names. */
  list(): Provider[] {
    return [...this.#byName().values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  #byName(): Map<string, Provider> {
    this.#forgetExpired();
    return new Map(Array.from(this.#announced.values(), (one) => [one.name, providerOf(one)]));
  }

  #forgetExpired(): void {
    const now = this.#now().getTime();
    if (this.#away || now < this.#graceUntil) return;
    for (const [replica, { expiresAt }] of this.#announced)
      if (Date.parse(expiresAt) <= now) this.#announced.delete(replica);
  }
}
