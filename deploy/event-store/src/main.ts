import { setUpEventStoreDb } from '@inkstream/event-store/eventstoredb';
import {
  ConfigError,
  closeEngines,
  createLogger,
  engineConfig,
  openEngines,
  openScavenger,
  readConfig,
} from '@inkstream/service-kit';
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
lost and requeue use the engines of the services: EVENTSTORE_URL and its kin, or INKSTREAM_DATA_DIR with
INKSTREAM_MODE=embedded`;

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new ConfigError(`${name} is needed: the connection string of EventStoreDB`);
  return value;
}

/** What the services are configured with, as the service user. */
const configured = () => readConfig(engineConfig, { INKSTREAM_MODE: 'distributed', ...process.env });
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
    const engines = await openEngines(configured(), log, ['eventStore', 'readModel', 'objects']);
    try {
      const count = await listLost(engines, console.log);
      console.error(count === 1 ? '1 loss' : `${count} losses`);
    } finally {
      await closeEngines(engines);
    }
  },

  async requeue() {
    const engines = await openEngines(configured(), log, ['eventStore']);
    try {
      const { unfinished, moved } = await requeueUnfinished(
        engines.eventStore,
        AbortSignal.timeout(3_600_000),
      );
      console.log(
        `${unfinished} executions have not ended: ${moved ? 'they are published again' : 'nothing to do'}`,
      );
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
