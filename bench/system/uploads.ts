import { setTimeout as sleep } from 'node:timers/promises';
import { PROVIDERS_TOPIC, type ProviderAnnouncement, topicSpec } from '@inkstream/contracts';
import { createPutter } from './bare/put-object.ts';
import { createWriter } from './bare/write-file.ts';
import { inParallel } from './client.ts';
import { type Contestant, compare } from './compare.ts';
import { paddedPng } from './documents.ts';
import type { Options } from './options.ts';
import type { Figure } from './report.ts';
import { makeDataFolder, startBackends } from './subject/backends.ts';
import type { Env } from './subject/service.ts';
import { withStores } from './subject/stores.ts';
import { type Subject, startSubject, untilOffered } from './subject/subject.ts';
import { createUploader } from './uploader.ts';

const BYTES = 300_000;
const PARALLEL = 16;
const ROUNDS = 3;
const ROUND_MS = 4_000;
/** Until the services and the backends, most of which compile as they run, are as fast as they get. */
const WARM_UP_MS = 15_000;
const SETTLE_LIMIT_MS = 120_000;

/** A provider that is announced and never runs, so that uploads alone are measured. */
const absent: ProviderAnnouncement = {
  name: 'absent',
  version: '1.0.0',
  description: 'Never reads anything',
  accepts: ['image/png'],
  limits: { maxBytes: 1_048_576, maxPages: 1 },
  state: 'ready',
  instance: 'bench',
  lifetimeMs: 3_600_000,
};

const announceAbsent = (env: Env): Promise<void> =>
  withStores(env, ['bus'], async ({ bus }) => {
    const value = JSON.stringify(absent);
    await bus.ensureTopics([topicSpec(PROVIDERS_TOPIC)]);
    await bus.publish(PROVIDERS_TOPIC, [{ key: absent.name, value, headers: {} }]);
  });

/** How often a second the task can be done, so many at once. */
async function rate(task: () => Promise<void>, forMs: number): Promise<number> {
  let done = 0;
  const started = performance.now();
  await inParallel(PARALLEL, PARALLEL, async () => {
    while (performance.now() - started < forMs) {
      await task();
      done++;
    }
  });
  return done / ((performance.now() - started) / 1000);
}

/** Waits until all that was uploaded is in the read model, so that nobody works while others are measured. */
async function untilListed(url: string, uploads: number): Promise<void> {
  const giveUpAt = performance.now() + SETTLE_LIMIT_MS;
  for (let total = 0; total < uploads; await sleep(50)) {
    if (performance.now() > giveUpAt) throw new Error(`${total} of ${uploads} uploads are listed`);
    const list = (await (await fetch(`${url}/ocr-jobs?limit=1`)).json()) as { pagination: { total: number } };
    total = list.pagination.total;
  }
}

/** Uploads to the first so many gateways in turn. */
function uploading({ urls: [first, ...others] }: Subject, bytes: Uint8Array, gateways: number) {
  let uploads = 0;
  const doors = [first, ...others.slice(0, gateways - 1)].map((url) =>
    createUploader(url, absent.name, bytes, PARALLEL),
  );
  return {
    upload: async () => doors[uploads++ % doors.length]?.(),
    uploads: () => uploads,
  };
}

async function embedded(bytes: Uint8Array, { scale }: Options): Promise<Figure[]> {
  const minio = await startBackends(['minio']);
  const folder = await makeDataFolder();
  const subject = await startSubject('embedded', { provider: 'none', backends: folder });
  try {
    await announceAbsent(subject.env);
    await untilOffered(subject.urls[0], absent.name);
    const { upload, uploads } = uploading(subject, bytes, 1);
    const put = await createPutter(minio.env, bytes, PARALLEL);
    const write = createWriter(folder.env.INKSTREAM_DATA_DIR ?? '', bytes);
    const whole: Contestant = async () => {
      const result = await rate(upload, scale * ROUND_MS);
      await untilListed(subject.urls[0], uploads());
      return result;
    };
    const rates = await compare(ROUNDS, {
      put: () => rate(put, scale * ROUND_MS),
      write: () => rate(write, scale * ROUND_MS),
      whole,
    });
    return [
      { name: 'putObject of 300 KB to MinIO, 16 at once', value: rates.put, unit: 'a second' },
      { name: 'files of 300 KB written and fsynced, 16 at once', value: rates.write, unit: 'a second' },
      { mode: 'embedded', name: 'uploads of 300 KB, 16 at once', value: rates.whole, unit: 'a second' },
      {
        mode: 'embedded',
        name: 'uploads against putObject',
        value: rates.whole / rates.put,
        unit: 'ratio',
        target: { is: '>=', limit: 0.6 },
      },
      {
        mode: 'embedded',
        name: 'uploads against bare files',
        value: rates.whole / rates.write,
        unit: 'ratio',
        target: { is: '>=', limit: 0.5 },
      },
    ];
  } finally {
    await subject.close();
    await Promise.all([minio.close(), folder.close()]);
  }
}

const against = (put: number, gateways: string, value: number, limit: number): Figure[] => [
  { mode: 'distributed', name: `uploads of 300 KB, 16 at once, ${gateways}`, value, unit: 'a second' },
  {
    mode: 'distributed',
    name: `uploads against putObject, ${gateways}`,
    value: value / put,
    unit: 'ratio',
    target: { is: '>=', limit },
  },
];

/** A gateway and what it needs to answer 201, as where the other services have machines of their own. */
async function gatewayAlone(bytes: Uint8Array, { scale }: Options): Promise<Figure[]> {
  const subject = await startSubject('distributed', { provider: 'none', others: false });
  try {
    await announceAbsent(subject.env);
    await untilOffered(subject.urls[0], absent.name);
    const put = await createPutter(subject.env, bytes, PARALLEL);
    const { upload } = uploading(subject, bytes, 1);
    await rate(upload, scale * WARM_UP_MS);
    const rates = await compare(ROUNDS, {
      put: () => rate(put, scale * ROUND_MS),
      alone: () => rate(upload, scale * ROUND_MS),
    });
    return [
      { name: 'putObject beside a gateway alone', value: rates.put, unit: 'a second' },
      ...against(rates.put, '1 gateway, the other services elsewhere', rates.alone, 0.8),
    ];
  } finally {
    await subject.close();
  }
}

async function distributed(bytes: Uint8Array, { scale }: Options): Promise<Figure[]> {
  const subject = await startSubject('distributed', { provider: 'none', gateways: 2 });
  try {
    await announceAbsent(subject.env);
    await Promise.all(subject.urls.map((url) => untilOffered(url, absent.name)));
    const put = await createPutter(subject.env, bytes, PARALLEL);
    const [one, two] = [uploading(subject, bytes, 1), uploading(subject, bytes, 2)];
    const through = (lane: typeof one) => async () => {
      const result = await rate(lane.upload, scale * ROUND_MS);
      await untilListed(subject.urls[0], one.uploads() + two.uploads());
      return result;
    };
    await rate(two.upload, scale * WARM_UP_MS);
    await untilListed(subject.urls[0], two.uploads());
    const [before, uploadsBefore] = [await subject.cpu(), two.uploads()];
    const rates = await compare(ROUNDS, {
      put: () => rate(put, scale * ROUND_MS),
      one: through(one),
      two: through(two),
    });
    const cpuMs =
      (1000 * (await subject.cpu()) - 1000 * before) / (one.uploads() + two.uploads() - uploadsBefore);
    return [
      { name: 'putObject beside the distributed services', value: rates.put, unit: 'a second' },
      ...against(rates.put, '1 gateway', rates.one, 0.6),
      ...against(rates.put, '2 gateways', rates.two, 0.6),
      { mode: 'distributed', name: 'CPU time of all services for each upload', value: cpuMs, unit: 'ms' },
    ];
  } finally {
    await subject.close();
  }
}

/** Uploads of 300 KB against what it takes to store their bytes alone. */
export async function uploads(options: Options): Promise<Figure[]> {
  const bytes = paddedPng(BYTES);
  const figures: Figure[] = [];
  if (options.modes.includes('embedded')) figures.push(...(await embedded(bytes, options)));
  if (options.modes.includes('distributed'))
    figures.push(...(await gatewayAlone(bytes, options)), ...(await distributed(bytes, options)));
  return figures;
}
