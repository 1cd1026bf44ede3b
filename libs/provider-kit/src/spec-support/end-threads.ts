/** Ends threads within ONNX Runtime, some times one by one and then all at once, and says so if it is there to say it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@inkstream/service-kit';
import { openEnginePool } from '../engine-pool.ts';
import { Purse } from '../limits/purse.ts';
import { nobody } from '../pages-read.ts';
import { defineProvider } from '../provider.ts';

process.env.ORT_DISABLE_TELEMETRY = '1';
/** How many times: an argument. */
const rounds = Number(process.argv[2]);
const definition = defineProvider({
  name: 'stubborn',
  version: '1',
  description: 'Reads for ever',
  accepts: ['image/png'],
  limits: { maxBytes: 1_000, maxPages: 1 },
  concurrency: 2,
  timeoutMs: 600_000,
  engine: { module: new URL('./stubborn-ppocr.ts', import.meta.url), options: null },
});
const log = silentLogger();
const read = (pool: ReturnType<typeof openEnginePool>, signal: AbortSignal) =>
  pool
    .recognise(
      { bytes: new Uint8Array(1), mimeType: 'image/png' },
      {
        ...{ slow: false, key: 1, othersWait: () => false, signal },
        ...{ task: { selected: undefined, there: [], ended: 0 }, sink: nobody, purse: new Purse() },
      },
    )
    .catch(() => {});

const pool = openEnginePool(definition, log);
const kept = read(pool, new AbortController().signal);
for (let times = 0; times < rounds; times++) {
  // A new thread loads its models first: some of these end before it has begun, most within the reading.
  const reading = read(pool, AbortSignal.timeout(1_500 + times * 25));
  await reading;
  process.stdout.write('.');
}
await pool.close();
await kept;
const loading = openEnginePool(definition, log);
await sleep(300);
await loading.close();
process.stdout.write('ended\n');
