import { setUpEventStoreDb } from '@inkstream/event-store/eventstoredb';
import {
  backendConfig,
  ConfigError,
  closeBackends,
  createLogger,
  openBackends,
  openScavenger,
  readConfig,
} from '@inkstream/service-kit';
import { readArguments, runCommand } from '../../command/src/command.ts';
import { listLost } from './lost.ts';
import { requeueUnfinished } from './requeue.ts';

const usage = `npm run event-store -- setup|scavenge|lost|requeue
  setup     makes the user that EVENTSTORE_URL names, with the least rights that serve, and the operations user that
            EVENTSTORE_OPERATIONS_URL names, as the administrator that EVENTSTORE_ADMIN_URL names
  scavenge  scavenges every node now, one after another, as the user of EVENTSTORE_OPERATIONS_URL, or of EVENTSTORE_URL;
            with INKSTREAM_MODE=embedded the files in INKSTREAM_DATA_DIR
  lost      prints what the read model knows and the event store lost, since an older backup of it was restored: what,
            ids of job and execution, uid, tenant, when, names of files, and whether their bytes are there
  requeue   has the relay publish again from the oldest execution on that has not ended; stop all services first
lost and requeue use the backends of the services: EVENTSTORE_URL and so on, or INKSTREAM_DATA_DIR with
INKSTREAM_MODE=embedded`;

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new ConfigError(`${name} is needed: the connection string of EventStoreDB`);
  return value;
}

/** What the services are configured with, as the service user. */
const configured = () => readConfig(backendConfig, { INKSTREAM_MODE: 'distributed', ...process.env });
const log = createLogger('event-store', 'warn');

const commands: Record<string, () => Promise<void>> = {
  setup: () =>
    setUpEventStoreDb({
      adminUrl: needed('EVENTSTORE_ADMIN_URL'),
      serviceUrl: needed('EVENTSTORE_URL'),
      operationsUrl: process.env.EVENTSTORE_OPERATIONS_URL || undefined,
      report: console.log,
    }),

  async scavenge() {
    const scavenger = await openScavenger(configured());
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort(new Error('Interrupted; what was begun goes on at the server')));
    for (const copy of await scavenger.copies(stop.signal)) {
      const from = performance.now();
      await scavenger.scavenge(copy, stop.signal);
      console.log(`${copy}: scavenged in ${((performance.now() - from) / 1_000).toFixed(1)} s`);
    }
  },

  async lost() {
    const backends = await openBackends(configured(), log, ['eventStore', 'readModel', 'objects']);
    try {
      const count = await listLost(backends, console.log);
      console.error(count === 1 ? '1 loss' : `${count} losses`);
    } finally {
      await closeBackends(backends);
    }
  },

  async requeue() {
    const backends = await openBackends(configured(), log, ['eventStore']);
    try {
      const { unfinished, moved } = await requeueUnfinished(
        backends.eventStore,
        AbortSignal.timeout(3_600_000),
      );
      console.log(
        `${unfinished} executions have not ended: ${moved ? 'they are published again' : 'nothing to do'}`,
      );
    } finally {
      await closeBackends(backends);
    }
  },
};

await runCommand(async () => {
  const { positionals } = readArguments(usage, {});
  const run = commands[positionals.join(' ')];
  if (!run) throw new Error(usage);
  await run();
});
