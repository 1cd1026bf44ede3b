import {
  type ListedProvider,
  PROVIDERS_TOPIC,
  type ProviderAnnouncement,
  providerAnnouncementSchema,
} from '@inkstream/contracts';
import type { Delivery, MessageBus } from '@inkstream/message-bus';
import { closeInOrder, type Logger } from '@inkstream/service-kit';
import { watchBus } from './bus-watch.ts';
import { PresentProviders } from './present.ts';

/** The providers that run now, by what they announce of themselves. */
export interface ProviderRegistry {
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

/** Follows the announcements; what is none is logged and ignored. */
export async function followProviders(bus: MessageBus, log: Logger): Promise<ProviderRegistry> {
  const present = new PresentProviders(() => performance.now(), GRACE_MS);
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
  return {
    find: (name) => present.find(name),
    list: () => present.list(),
    close: () => closeInOrder([watch, tail]),
  };
}
