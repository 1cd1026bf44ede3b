import type { MessageBus } from '@inkstream/message-bus';
import { backendConfig, closeBackends, createLogger, openBackends, readConfig } from '@inkstream/service-kit';
import { readArguments, runCommand } from '../../command/src/command.ts';
import { listDeadLetters } from './list.ts';
import type { Selection } from './read.ts';
import { redriveDeadLetters } from './redrive.ts';

const usage = `npm run dead-letters -- list | redrive [--topic T] [--reason R] [--key K]
  list     prints what was set aside: when, from which topic, its key, why in a word and in a sentence, its place
  redrive  puts it back on its topic, as it was; what was put back is no longer listed
Of all dead letters, or of those from topic T, set aside for the reason R (in a word), with the key K.
The backends are those of the services: KAFKA_BROKERS and so on, or INKSTREAM_DATA_DIR with INKSTREAM_MODE=embedded`;

const counted = (count: number): string => (count === 1 ? '1 dead letter' : `${count} dead letters`);

const commands: Record<string, (bus: MessageBus, selection: Selection) => Promise<void>> = {
  async list(bus, selection) {
    console.error(counted(await listDeadLetters(bus, selection, console.log)));
  },

  async redrive(bus, selection) {
    const { redriven, stay, left } = await redriveDeadLetters(bus, selection);
    console.error(`${counted(redriven)} put back`);
    for (const { offset, headers } of stay)
      console.error(`${offset} stays: topic ${headers['x-topic'] ?? '(none named)'} does not exist`);
    if (left > 0) console.error(`${counted(left)} left: run it again`);
    if (stay.length > 0) process.exitCode = 1;
  },
};

const option = { type: 'string' } as const;

await runCommand(async () => {
  const { values, positionals } = readArguments(usage, { topic: option, reason: option, key: option });
  const run = commands[positionals.join(' ')];
  if (!run) throw new Error(usage);
  const config = readConfig(backendConfig, { INKSTREAM_MODE: 'distributed', ...process.env });
  const backends = await openBackends(config, createLogger('dead-letters', 'warn'), ['bus']);
  try {
    await run(backends.bus, values);
  } finally {
    await closeBackends(backends);
  }
});
