import {
  PROVIDERS_TOPIC,
  type Provider,
  type ProviderAnnouncement,
  providerAnnouncementSchema,
} from '@inkstream/contracts';
import type { Delivery, MessageBus } from '@inkstream/message-bus';
import type { Logger } from '@inkstream/service-kit';

/** The providers that run now, by what they announce of themselves. */
export interface ProviderRegistry {
  find(name: string): Provider | undefined;
  /** In the order of their names. */
  list(): Provider[];
  close(): Promise<void>;
}

function read({ key, value }: Delivery): ProviderAnnouncement {
  const announcement = providerAnnouncementSchema.parse(JSON.parse(value));
  if (announcement.name !== key) throw new Error(`'${key}' announces '${announcement.name}'`);
  return announcement;
}

const withoutExpiry = ({ expiresAt: _, ...provider }: ProviderAnnouncement): Provider => provider;

/** Follows the announcements. A provider counts until its latest one expires; what is none is logged and ignored. */
export async function followProviders(
  bus: MessageBus,
  log: Logger,
  now: () => Date,
): Promise<ProviderRegistry> {
  const announced = new Map<string, ProviderAnnouncement>();
  const tail = await bus.tail({
    topic: PROVIDERS_TOPIC,
    from: 'beginning',
    handler(delivery) {
      try {
        const announcement = read(delivery);
        announced.set(announcement.name, announcement);
      } catch (err) {
        log.warn({ err, offset: delivery.offset }, 'a message is no announcement of a provider');
      }
    },
  });
  const runs = ({ expiresAt }: ProviderAnnouncement) => Date.parse(expiresAt) > now().getTime();
  return {
    find(name) {
      const announcement = announced.get(name);
      return announcement && runs(announcement) ? withoutExpiry(announcement) : undefined;
    },
    list: () =>
      [...announced.values()]
        .filter(runs)
        .map(withoutExpiry)
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    close: () => tail.close(),
  };
}
