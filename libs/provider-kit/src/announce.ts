import {
  ANNOUNCE_EVERY_MS,
  PROVIDERS_TOPIC,
  type Provider,
  type ProviderAnnouncement,
  providerSchema,
} from '@inkstream/contracts';
import type { MessageBus } from '@inkstream/message-bus';
import type { Logger, Running } from '@inkstream/service-kit';

const LIFETIME_MS = 30_000;

interface AnnounceDependencies {
  readonly bus: MessageBus;
  /** Names this replica. */
  readonly instance: string;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Says every 5 s that the provider is there, for 30 s each time, and takes it back on close. */
export async function announce(
  provider: Provider,
  { bus, instance, log, now }: AnnounceDependencies,
): Promise<Running> {
  const card = providerSchema.parse(provider);
  const say = async (lifetimeMs: number) => {
    const expiresAt = new Date(now().getTime() + lifetimeMs).toISOString();
    const announcement: ProviderAnnouncement = { ...card, instance, expiresAt };
    const value = JSON.stringify(announcement);
    const headers = { 'content-type': 'application/json' };
    await bus.publish(PROVIDERS_TOPIC, [{ key: card.name, value, headers }]);
  };
  await say(LIFETIME_MS);
  const timer = setInterval(() => {
    say(LIFETIME_MS).catch((error) => log.warn({ err: error }, 'could not announce the provider'));
  }, ANNOUNCE_EVERY_MS);
  return {
    async close() {
      clearInterval(timer);
      await say(0);
    },
  };
}
