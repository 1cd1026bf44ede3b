import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { JOB_EVENTS_TOPIC } from '@inkstream/contracts';
import { DOMAIN_STREAM_PREFIX } from '@inkstream/domain';
import type { Backends } from '@inkstream/service-kit';
import { generateReceipt } from '@inkstream/testing';
import { finished, upload } from './client.ts';
import { viewsOf } from './jobs.ts';
import { type Options, scaled } from './options.ts';
import type { Figure } from './report.ts';
import { makeDataFolder } from './subject/backends.ts';
import { withStores } from './subject/stores.ts';
import { startSubject } from './subject/subject.ts';

const RECEIPTS = 12;
/** In the read model that is measured, and how many are written at once. */
const JOBS = 20_000;
const BATCH = 1_000;
const PROVIDER = 'paddle-ocr-local';
/** The feed is read once nothing came for so long. */
const QUIET_MS = 1_000;

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** What is counted: so many, of so many bytes. */
interface Sum {
  count: number;
  bytes: number;
}

/** Events as they are appended: type, data and metadata. */
async function events({ eventStore }: Pick<Backends, 'eventStore'>): Promise<Sum> {
  const sum: Sum = { count: 0, bytes: 0 };
  const { signal } = new AbortController();
  const log = eventStore.subscribe({ streamPrefix: DOMAIN_STREAM_PREFIX, signal });
  for await (const { event, caughtUp } of log) {
    if (event) {
      sum.count++;
      sum.bytes += bytesOf([event.id, event.type, event.data, event.metadata]);
    }
    if (caughtUp) break;
  }
  return sum;
}

/** Messages of the feed as they are published, without compression. */
async function messages({ bus }: Pick<Backends, 'bus'>): Promise<Sum> {
  const sum: Sum = { count: 0, bytes: 0 };
  const handler = ({ key, value, headers }: { key: string; value: string; headers: object }) => {
    sum.count++;
    sum.bytes += bytesOf([key, value, headers]);
  };
  const tail = await bus.tail({ topic: JOB_EVENTS_TOPIC, from: 'beginning', handler });
  for (let before = -1; before < sum.count; await sleep(QUIET_MS)) before = sum.count;
  await tail.close();
  return sum;
}

async function results({ objects }: Pick<Backends, 'objects'>): Promise<Sum> {
  const sum: Sum = { count: 0, bytes: 0 };
  for await (const { key, bytes } of objects.list('jobs/'))
    if (key.includes('/executions/')) {
      sum.count++;
      sum.bytes += bytes;
    }
  return sum;
}

/** Bytes for each job of a read model that has many, indexes included. */
async function documents(count: number): Promise<number> {
  const { env, close } = await makeDataFolder();
  try {
    await withStores(env, ['readModel'], async ({ readModel }) => {
      for (let first = 1; first <= count; first += BATCH) {
        const views = Array.from({ length: Math.min(BATCH, count) }, (_, n) => viewsOf(first + n));
        await readModel.replaceExecutions(views.map(({ execution }) => ({ view: execution, over: null })));
        await readModel.replaceJobs(views.map(({ job }) => ({ view: job, over: null })));
      }
    });
    return (await sizeOf(env.INKSTREAM_DATA_DIR ?? '', 'readmodel.db')) / count;
  } finally {
    await close();
  }
}

/** Bytes of a file of the data folder, its log included. */
async function sizeOf(folder: string, file: string): Promise<number> {
  const sizes = [file, `${file}-wal`].map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((a, b) => a + b);
}

/** What a job of one receipt leaves in each store: the local engine reads generated receipts of all layouts. */
export async function footprint(options: Options): Promise<Figure[]> {
  const count = scaled(RECEIPTS, options);
  const backends = await makeDataFolder();
  const subject = await startSubject('embedded', { provider: 'paddle', backends });
  try {
    for (let seed = 1; seed <= count; seed++) {
      const { image } = await generateReceipt({ seed });
      const document = { name: `receipt ${seed}.jpg`, bytes: new Uint8Array(image) };
      await finished(subject.urls[0], await upload(subject.urls[0], PROVIDER, document));
    }
    await sleep(QUIET_MS);
  } finally {
    await subject.close();
  }
  try {
    const sums = await withStores(backends.env, ['eventStore', 'bus', 'objects'], async (stores) => ({
      event: await events(stores),
      message: await messages(stores),
      result: await results(stores),
    }));
    const each = Object.entries(sums).flatMap(([name, sum]): Figure[] => [
      { mode: 'embedded', name: `${name}s for each receipt`, value: sum.count / count, unit: `${name}s` },
      { mode: 'embedded', name: '– bytes of them', value: sum.bytes / count, unit: 'bytes' },
    ]);
    const value = await documents(scaled(JOBS, options));
    return [...each, { mode: 'embedded', name: 'readmodel.db for each receipt', value, unit: 'bytes' }];
  } finally {
    await backends.close();
  }
}
