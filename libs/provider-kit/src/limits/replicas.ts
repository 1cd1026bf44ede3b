import { PROVIDERS_TOPIC, providerAnnouncementSchema } from '@inkstream/contracts';
import type { Delivery, MessageBus } from '@inkstream/message-bus';
import type { Running } from '@inkstream/service-kit';
import type { Limiter } from './limiter.ts';
import type { Share } from './rate.ts';
import { WINDOW_MS } from './sliding-window.ts';

interface Replica {
  /** Whether it counts no longer at this time of the clock, ms. */
  readonly until: number;
}

/**
 * The replicas of a provider, by what they announce. One counts for as long as it says, and at least until its last calls
 * have left the vendor's minute. None is forgotten while the own announcements are not heard: the bus is away then, and
 * they go on calling.
 */
export class Replicas {
  readonly #own: string;
  readonly #clock: () => number;
  readonly #replicas = new Map<string, Replica>();

  constructor(own: string, clock: () => number) {
    this.#own = own;
    this.#clock = clock;
    this.heard(own, Number.POSITIVE_INFINITY);
  }

  /** Returns whether it is a new one. */
  heard(instance: string, lifetimeMs: number): boolean {
    const isNew = !this.#replicas.has(instance);
    const now = this.#clock();
    if (instance !== this.#own)
      this.#replicas.set(instance, { until: now + Math.max(lifetimeMs, WINDOW_MS) });
    else {
      this.#replicas.set(instance, { until: Number.POSITIVE_INFINITY });
      for (const [other, { until }] of this.#replicas) if (until <= now) this.#replicas.delete(other);
    }
    return isNew;
  }

  /** Which share is this one's: all who have heard the same agree on it. */
  get share(): Share {
    const all = [...this.#replicas.keys()].sort();
    return { rank: all.indexOf(this.#own), of: all.length };
  }
}

interface FollowOptions {
  readonly bus: Pick<MessageBus, 'tail'>;
  readonly provider: string;
  readonly own: string;
  readonly clock: () => number;
  readonly onShare: (share: Share) => void;
  /** There is one that may not know of this one yet. */
  readonly onNew: () => void;
}

/** Follows the announcements of a provider's replicas, and tells of the own share each time when one is heard. */
export async function followReplicas({ bus, provider, own, clock, onShare, onNew }: FollowOptions) {
  const replicas = new Replicas(own, clock);
  const handler = ({ value }: Delivery) => {
    const { success, data } = providerAnnouncementSchema.safeParse(JSON.parse(value));
    if (!success || data.name !== provider) return;
    const isNew = replicas.heard(data.instance, data.lifetimeMs);
    onShare(replicas.share);
    if (isNew) onNew();
  };
  const tail = await bus.tail({ topic: PROVIDERS_TOPIC, from: 'end', handler });
  return { share: () => replicas.share, close: () => tail.close() };
}

interface ShareOptions extends Omit<FollowOptions, 'onShare'> {
  readonly limiter: Limiter;
  /** How long to wait before the first call, ms: by then the others know of this one. */
  readonly settleMs: number;
}

/** Gives a limiter its share of what the account allows, as replicas come and go. It makes no call before `settleMs`. */
export async function shareLimits({ limiter, settleMs, ...options }: ShareOptions): Promise<Running> {
  if (limiter.isLimited) limiter.share(null);
  let settled = false;
  const onShare = (share: Share) => settled && limiter.share(share);
  const following = await followReplicas({ ...options, onShare });
  const timer = setTimeout(() => {
    settled = true;
    limiter.share(following.share());
  }, settleMs);
  return {
    async close() {
      clearTimeout(timer);
      await following.close();
    },
  };
}
