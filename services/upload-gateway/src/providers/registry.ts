import {
  ANNOUNCE_EVERY_MS,
  type ListedProvider,
  PROVIDERS_TOPIC,
  type ProviderAnnouncement,
  providerAnnouncementSchema,
} from '@inkstream/contracts';
import type { Delivery, MessageBus } from '@inkstream/message-bus';
import { closeInOrder, HttpError, type Logger } from '@inkstream/service-kit';
import { watchBus } from './bus-watch.ts';
import { PresentProviders } from './present.ts';

/** The providers that run now, by what they announce of themselves. */
export interface ProviderRegistry {
  /**
   * Undefined if no such provider runs.
   *
   * @throws HttpError 503 if it may run, but has had no time to say so since the registry was started, or the bus was away.
   */
  find(name: string): ListedProvider | undefined;
  /** In the order of their names. */
  list(): ListedProvider[];
  close(): Promise<void>;
}

function read({ key, value }: Delivery): ProviderAnnouncement {
  const announcement = providerAnnouncementSchema.parse(JSON.parse(value));
  if (announcement.name !== key) throw new Error(`'${key}' announces '${announcement.name}'`);
  return announcement;
}

/** As long as an announcement counts: all that run have said so again by then. */
const GRACE_MS = 30_000;

export interface RegistryOptions {
  readonly log: Logger;
  /** A monotonic clock, ms. */
  readonly now?: () => number;
  /** Whether providers are processes of their own, which may have started before this one, or start just now. */
  readonly elsewhere: boolean;
}

/** Follows the announcements; other messages are logged and ignored. */
export async function followProviders(
  bus: MessageBus,
  { log, elsewhere, now = () => performance.now() }: RegistryOptions,
): Promise<ProviderRegistry> {
  const present = new PresentProviders(now, GRACE_MS);
  const tail = await bus.tail({
    topic: PROVIDERS_TOPIC,
    from: 'beginning',
    handler(delivery) {
      try {
        present.announce(read(delivery), delivery.publishedAt);
      } catch (err) {
        log.warn({ err, offset: delivery.offset }, 'a message is no announcement of a provider');
      }
    },
  });
  const watch = watchBus(bus, (answers) => present.busAnswers(answers));
  const allHeardFrom = now() + ANNOUNCE_EVERY_MS;
  return {
    find(name) {
      const found = present.find(name);
      const waitMs = present.mayHaveMissed ? ANNOUNCE_EVERY_MS : allHeardFrom - now();
      if (found || !elsewhere || waitMs <= 0) return found;
      const details = `Provider '${name}' has not been heard of yet; try again`;
      throw new HttpError(503, details, { 'Retry-After': String(Math.ceil(waitMs / 1_000)) });
    },
    list: () => present.list(),
    close: () => closeInOrder([watch, tail]),
  };
}
