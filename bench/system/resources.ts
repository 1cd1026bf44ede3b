import { setTimeout as sleep } from 'node:timers/promises';
import { generateDocument, generateReceipt } from '@inkstream/testing';
import { doubledVendors, startDouble } from '@inkstream/testing/provider-doubles';
import { type Document, finished as finishedOnce, inParallel, upload } from './client.ts';
import { paddedPng } from './documents.ts';
import { type Options, scaled } from './options.ts';
import type { Figure } from './report.ts';
import { startBackends } from './subject/backends.ts';
import { peaksOf } from './subject/process-tree.ts';
import { type Env, type Service, startService } from './subject/service.ts';
import { untilOffered } from './subject/subject.ts';

const MIB = 1_048_576;
/** The loads: nothing, small jobs that are followed, large files at once, and documents for a provider each. */
const IDLE_MS = 30_000;
const [SMALL_JOBS, SMALL_BYTES, SMALL_AT_ONCE] = [1_500, 10_000, 8];
const [LARGE_FILES, LARGE_BYTES, LARGE_AT_ONCE] = [64, 20 * MIB, 16];
const [RECEIPTS, PAGES, AT_ONCE] = [16, 4, 4];

/** The providers that are measured, by their services. */
const PROVIDERS = {
  'ocr-paddle-local': 'paddle-ocr-local',
  'ocr-tesseract': 'tesseract',
  'ocr-openai': 'openai',
} as const;

const script = (service: string) => new URL(`../../services/${service}/src/main.ts`, import.meta.url);

interface Measured {
  /** Cores. */
  readonly cpu: number;
  /** CPU time, s. */
  readonly seconds: number;
  /** Of the process and what it started, bytes. */
  readonly peak: number;
}

/** What each service takes while that is done. */
async function during(services: readonly Service[], work: () => Promise<unknown>): Promise<Measured[]> {
  const cpu = () => Promise.all(services.map((service) => service.cpu()));
  const over = new AbortController();
  const peaks = peaksOf(
    services.map(({ pid }) => pid),
    over.signal,
  );
  const [before, begun] = [await cpu(), performance.now()];
  await work().finally(() => over.abort());
  const [after, elapsed, most] = [await cpu(), (performance.now() - begun) / 1_000, await peaks];
  return services.map((_, index) => {
    const seconds = (after[index] ?? 0) - (before[index] ?? 0);
    return { seconds, cpu: seconds / elapsed, peak: most[index] ?? 0 };
  });
}

/** Resolves once the job is completed. What is busy is asked again: here CPU and memory count, and not the time. */
async function finished(url: string, id: number, tries = 60): Promise<void> {
  try {
    await finishedOnce(url, id);
  } catch (error) {
    if (tries === 0) throw error;
    await sleep(1_000);
    await finished(url, id, tries - 1);
  }
}

async function read(url: string, provider: string, documents: readonly Document[]): Promise<void> {
  await inParallel(documents.length, AT_ONCE, async (index) => {
    const document = documents[index];
    if (document) await finished(url, await upload(url, provider, document));
  });
}

/** Receipts as pictures, and PDFs of several. */
async function documentsOf(options: Options): Promise<Document[]> {
  const count = scaled(RECEIPTS, options);
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const isPdf = n % 4 === 1;
      const pages = Array.from({ length: PAGES }, (_page, page) => ({ seed: 9_000 + n * PAGES + page }));
      const { image } = isPdf
        ? await generateDocument(pages, 'pdf')
        : await generateReceipt({ seed: 9_000 + n * PAGES, degrade: { noise: 4 } });
      return { name: isPdf ? `${n}.pdf` : `${n}.jpg`, bytes: new Uint8Array(image) };
    }),
  );
}

/**
 * CPU and memory of each service with nothing to do and under load, from which `resources` of the manifests are: of the
 * core with small jobs and large files, of providers that read here, and of one that asks a vendor (a double).
 */
export async function resources(options: Options): Promise<Figure[]> {
  const backends = await startBackends();
  const double = await startDouble(doubledVendors.openai.vendor);
  const services: Service[] = [];
  const start = async (name: string, own: Env = {}, file = script(name)) => {
    const env = {
      INTERNAL_SECRET: 'secret of the services that are measured',
      KAFKA_PARTITIONS: '2',
      ...backends.env,
      ...own,
    };
    const service = await startService(name, file, env);
    services.push(service);
    return service;
  };
  try {
    const queryApi = await start('query-api');
    await Promise.all([
      ...['event-relay', 'projection', 'housekeeper'].map((name) => start(name)),
      start('provider-door', { PROVIDER_SECRETS: `acme=${'a'.repeat(32)}` }),
      start('ocr-paddle-local', { PADDLE_OCR_THREADS: '2' }),
      start('ocr-tesseract', { TESSERACT_THREADS: '2' }),
      start('ocr-openai', doubledVendors.openai.env(double)),
      start('idle', {}, new URL('./subject/idle-service.ts', import.meta.url)),
    ]);
    const { url } = await start('upload-gateway', { QUERY_API_URL: queryApi.url });
    for (const provider of ['idle', ...Object.values(PROVIDERS)]) await untilOffered(url, provider);
    const documents = await documentsOf(options);

    const idle = await during(services, () => sleep(scaled(IDLE_MS, options)));
    const jobs = scaled(SMALL_JOBS, options);
    const one = { name: 'one.png', bytes: paddedPng(SMALL_BYTES) };
    const small = await during(services, () =>
      inParallel(jobs, SMALL_AT_ONCE, async () => void (await finished(url, await upload(url, 'idle', one)))),
    );
    const large = { name: 'large.png', bytes: paddedPng(LARGE_BYTES) };
    const files = scaled(LARGE_FILES, options);
    const big = await during(services, () =>
      inParallel(files, LARGE_AT_ONCE, async () => void (await upload(url, 'paddle-ocr-local', large))),
    );
    const reading = new Map<string, Measured[]>();
    for (const [service, provider] of Object.entries(PROVIDERS))
      reading.set(service, await during(services, () => read(url, provider, documents)));
    const isPdf = ({ name }: Document) => name.endsWith('.pdf');
    const pages = documents.length + documents.filter(isPdf).length * (PAGES - 1);

    return services.flatMap(({ name }, index) => {
      const of = (phase: readonly Measured[]) => phase[index] ?? { cpu: 0, seconds: 0, peak: 0 };
      const own = reading.get(name);
      const figure = (what: string, value: number, unit: string): Figure => ({
        mode: 'distributed',
        name: `${name}: ${what}`,
        value,
        unit,
      });
      const most = Math.max(...[small, big, ...reading.values()].map((phase) => of(phase).peak));
      return [
        figure('CPU with nothing to do', 1_000 * of(idle).cpu, 'm'),
        figure('memory with nothing to do', of(idle).peak / MIB, 'MiB'),
        figure('CPU time for each small job', (1_000 * of(small).seconds) / jobs, 'ms'),
        figure('CPU time for each large file', (1_000 * of(big).seconds) / files, 'ms'),
        ...(own ? [figure('CPU time for each page read', (1_000 * of(own).seconds) / pages, 'ms')] : []),
        figure('most memory', most / MIB, 'MiB'),
      ];
    });
  } finally {
    for (const service of services.toReversed()) await service.close();
    await double.close();
    await backends.close();
  }
}
