import { setUpEventStoreDb } from '@inkstream/event-store/eventstoredb';
import { backendConfig, ConfigError, openScavenger, readConfig } from '@inkstream/service-kit';
import { readArguments, runCommand } from '../../command/src/command.ts';

const usage = `npm run event-store -- setup|scavenge
  setup     makes the user that EVENTSTORE_URL names, with the least rights that serve, and the operations user that
            EVENTSTORE_OPERATIONS_URL names, as the administrator that EVENTSTORE_ADMIN_URL names
  scavenge  scavenges every node now, one after another, as the user of EVENTSTORE_OPERATIONS_URL, or of EVENTSTORE_URL;
            with INKSTREAM_MODE=embedded the files in INKSTREAM_DATA_DIR`;

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new ConfigError(`${name} is needed: the connection string of EventStoreDB`);
  return value;
}

const commands: Record<string, () => Promise<void>> = {
  setup: () =>
    setUpEventStoreDb({
      adminUrl: needed('EVENTSTORE_ADMIN_URL'),
      serviceUrl: needed('EVENTSTORE_URL'),
      operationsUrl: process.env.EVENTSTORE_OPERATIONS_URL || undefined,
      report: console.log,
    }),

  async scavenge() {
    const config = readConfig(backendConfig, { INKSTREAM_MODE: 'distributed', ...process.env });
    const scavenger = await openScavenger(config);
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort(new Error('Interrupted; what was begun goes on at the server')));
    for (const copy of await scavenger.copies(stop.signal)) {
      const from = performance.now();
      await scavenger.scavenge(copy, stop.signal);
      console.log(`${copy}: scavenged in ${((performance.now() - from) / 1_000).toFixed(1)} s`);
    }
  },
};

await runCommand(async () => {
  const { positionals } = readArguments(usage, {});
  const run = commands[positionals.join(' ')];
  if (!run) throw new Error(usage);
  await run();
});
