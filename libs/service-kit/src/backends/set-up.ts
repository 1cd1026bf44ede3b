import type { TopicSpec } from '@inkstream/message-bus';
import { z } from 'zod';
import { StartError } from '../config.ts';
import type { Logger } from '../log.ts';
import { type BackendConfig, backendConfig, connection, needed } from './backend-config.ts';
import { closeBackends, openBackends } from './backends.ts';

/** What `inkstream setup` reads. */
export const setUpConfig = {
  ...backendConfig,
  INKSTREAM_MODE: backendConfig.INKSTREAM_MODE.default('distributed'),
  /** An administrator of EventStoreDB (`$admins`): the users that the other variables name are made, with their rights. */
  EVENTSTORE_ADMIN_URL: connection('esdb', 'esdb+discover', 'kurrentdb', 'kurrentdb+discover').optional(),
  /** Providers whose topics are made. */
  SETUP_PROVIDERS: z
    .string()
    .regex(/^[a-z0-9-]+(,[a-z0-9-]+)*$/, 'must be names of providers with commas between')
    .transform((list) => list.split(','))
    .optional(),
};
export type SetUpConfig = BackendConfig & z.output<z.ZodObject<typeof setUpConfig>>;

/**
 * Makes what services would make at their start, and what they may have no right to: the users of the event store,
 * topics, the bucket, the read model's collections and their indexes. Run again it changes nothing but passwords, and
 * what is there stays as it is.
 *
 * @throws StartError in a sentence if a backend refuses, does not answer within two minutes, or has topics with other
 * settings.
 */
export async function setUpBackends(
  config: SetUpConfig,
  topics: readonly TopicSpec[],
  log: Logger,
): Promise<void> {
  if (config.INKSTREAM_MODE === 'distributed') await setUpUsers(config, log);
  const backends = await openBackends(config, log);
  try {
    await backends.bus.ensureTopics(topics);
    const { topics: faults } = backends.bus.status();
    if (faults.length > 0) throw new StartError(`${faults.join('; ')}: change them, or the configuration`);
  } finally {
    await closeBackends(backends);
  }
  log.info({ topics: topics.map(({ name }) => name) }, 'everything is set up');
}

async function setUpUsers(config: SetUpConfig, log: Logger): Promise<void> {
  const { EVENTSTORE_ADMIN_URL: adminUrl, EVENTSTORE_OPERATIONS_URL: operationsUrl } = config;
  if (adminUrl === undefined) return;
  const { setUpEventStoreDb } = await import('@inkstream/event-store/eventstoredb');
  const { EVENTSTORE_URL: serviceUrl } = needed(config, 'EVENTSTORE_URL');
  const report = (line: string) => log.info(line);
  await setUpEventStoreDb({ adminUrl, serviceUrl, operationsUrl, report }).catch((cause) => {
    throw new StartError(`The event store (EVENTSTORE_ADMIN_URL): ${cause.message}`, { cause });
  });
}
