import {
  ANNOUNCE_EVERY_MS,
  PROVIDERS_TOPIC,
  type Provider,
  type ProviderAnnouncement,
  type ProviderStatus,
  providerSchema,
} from '@inkstream/contracts';
import type { MessageBus } from '@inkstream/message-bus';
import type { Logger } from '@inkstream/service-kit';

const LIFETIME_MS = 30_000;

interface AnnounceOptions {
  readonly bus: MessageBus;
  /** Names this replica. */
  readonly instance: string;
  readonly status: () => ProviderStatus;
  /** When its model ends, as far as it is known by now. */
  readonly ending: () => Pick<Provider, 'modelEnds'>;
  readonly log: Logger;
}

export interface Announcement {
  /** Says at once what has changed. */
  changed(): void;
  close(): Promise<void>;
}

/** Says every 5 s that the provider is there and how it is, for 30 s each time, and takes it back on close. */
export async function announce(
  provider: Provider,
  { bus, instance, status, ending, log }: AnnounceOptions,
): Promise<Announcement> {
  const card = providerSchema.parse(provider);
  const say = async (lifetimeMs: number) => {
    const announcement: ProviderAnnouncement = { ...card, ...ending(), ...status(), instance, lifetimeMs };
    const value = JSON.stringify(announcement);
    const headers = { 'content-type': 'application/json' };
    await bus.publish(PROVIDERS_TOPIC, [{ key: card.name, value, headers }]);
  };
  const sayAgain = () => {
    say(LIFETIME_MS).catch((error) => log.warn({ err: error }, 'could not announce the provider'));
  };
  await say(LIFETIME_MS);
  const timer = setInterval(sayAgain, ANNOUNCE_EVERY_MS);
  return {
    changed: sayAgain,
    async close() {
      clearInterval(timer);
      await say(0);
    },
  };
}
