import { closeEngines, createLogger, engineConfig, openEngines, readConfig } from '@inkstream/service-kit';
import { listDeadLetters } from './list.ts';

const usage = `npm run dead-letters -- list
  list  prints what was set aside: when, from which topic, its key, why in a word and in a sentence, its place
The engines are those of the services: KAFKA_BROKERS and its kin, or INKSTREAM_DATA_DIR with INKSTREAM_MODE=embedded`;

const commands: Record<string, () => Promise<void>> = {
  async list() {
    const config = readConfig(engineConfig, { INKSTREAM_MODE: 'distributed', ...process.env });
    const engines = await openEngines(config, createLogger('dead-letters', 'warn'), ['bus']);
    try {
      const count = await listDeadLetters(engines.bus, console.log);
      console.error(count === 1 ? '1 dead letter' : `${count} dead letters`);
    } finally {
      await closeEngines(engines);
    }
  },
};

const run = commands[process.argv.slice(2).join(' ')];
try {
  if (!run) throw new Error(usage);
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
