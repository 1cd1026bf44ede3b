import { parseArgs } from 'node:util';
import {
  backendConfig,
  ConfigError,
  closeBackends,
  createLogger,
  needData,
  openBackends,
  readConfig,
} from '@inkstream/service-kit';
import { backUp } from './back-up.ts';
import type { Copied } from './copy-objects.ts';
import { restore } from './restore.ts';
import { keepNewest, partialsIn } from './snapshots.ts';
import { verify } from './verify.ts';

const USAGE = `inkstream backup --to DIR [--keep N]   backs up what runs, into a folder of its own in DIR; keeps the newest N
inkstream restore --from DIR           restores that backup into INKSTREAM_DATA_DIR; stop inkstream first
inkstream verify                       reads every document and result that the events name, and checks their hashes
With INKSTREAM_MODE=distributed and the services' variables, backup and restore are of objects alone.`;

const log = createLogger('backup', 'warn');
const now = new Date();
const config = () =>
  readConfig(
    { ...backendConfig, INKSTREAM_MODE: backendConfig.INKSTREAM_MODE.default('embedded') },
    process.env,
  );

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const said = ({ copied, bytes, there }: Copied) =>
  `${copied + there} objects, ${copied} of them copied (${megabytes(bytes)})`;

function options() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { to: { type: 'string' }, keep: { type: 'string' }, from: { type: 'string' } },
    });
    if (positionals.length === 1) return { command: positionals[0], ...values };
  } catch {
    // It is said below.
  }
  throw new ConfigError(USAGE);
}

function kept(keep: string | undefined): number | null {
  if (keep === undefined) return null;
  if (!/^[1-9]\d{0,5}$/.test(keep)) throw new ConfigError('--keep must be a whole number from 1');
  return Number(keep);
}

async function run(): Promise<void> {
  const { command, to, keep, from } = options();
  if (command === 'backup' && to !== undefined && from === undefined) {
    const newest = kept(keep);
    const snapshot = await backUp(config(), to, now, log);
    console.log(`${snapshot.folder}: ${said(snapshot)}`);
    if (newest !== null) for (const old of await keepNewest(to, newest)) console.log(`deleted ${old}`);
    for (const name of await partialsIn(to))
      console.error(`${name} was broken off, or is being made by another backup; delete it if not`);
  } else if (command === 'restore' && from !== undefined && to === undefined && keep === undefined) {
    const restored = await restore(config(), from, now, log);
    console.log(`restored ${from}: ${said(restored)}`);
    if (restored.aside !== null)
      console.log(`what was there is in ${restored.aside}: delete it once you need it no more`);
  } else if (command === 'verify' && to === undefined && from === undefined && keep === undefined) {
    await needData(config());
    const backends = await openBackends(config(), log, ['eventStore', 'objects']);
    try {
      const { jobs, objects, bytes, faults } = await verify(backends, console.log);
      console.log(
        `${jobs} jobs, ${objects} objects read (${megabytes(bytes)}), ${faults} missing or damaged`,
      );
      if (faults > 0) process.exitCode = 1;
    } finally {
      await closeBackends(backends);
    }
  } else throw new ConfigError(USAGE);
}

await run().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
