import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from './client.ts';
import { paddedPng } from './documents.ts';
import { inEachMode, type Options, scaled } from './options.ts';
import type { Figure } from './report.ts';
import type { Mode } from './subject/backends.ts';
import { type Subject, startSubject } from './subject/subject.ts';
import { createUploader } from './uploader.ts';

const TENTHS = 10;
const TENTH = 10_000;
const PARALLEL = 16;
const BYTES = 1_000;
const SAMPLE_MS = 500;
/** How long what was uploaded may take to be completed, beyond the time that uploading it took, ms. */
const GRACE_MS = 120_000;
const MIB = 1024 * 1024;

interface Tenth {
  /** Uploads a second. */
  readonly rate: number;
  /** Of the services for each upload, ms: what they do for earlier ones included. */
  readonly cpuMs: number;
  /** The most that the services had meanwhile, together, bytes. */
  readonly memory: number;
}

/** The most memory that is seen while something goes on, bytes. */
async function mostMemory(subject: Subject, meanwhile: Promise<unknown>): Promise<number> {
  let [ended, most] = [false, 0];
  const end = meanwhile.finally(() => {
    ended = true;
  });
  while (!ended) {
    most = Math.max(most, await subject.memory());
    await Promise.race([end, sleep(SAMPLE_MS)]);
  }
  return most;
}

async function measureTenth(subject: Subject, uploads: number, upload: () => Promise<void>): Promise<Tenth> {
  const [started, cpu] = [performance.now(), await subject.cpu()];
  const memory = await mostMemory(subject, inParallel(uploads, PARALLEL, upload));
  const seconds = (performance.now() - started) / 1_000;
  return { rate: uploads / seconds, cpuMs: (1_000 * ((await subject.cpu()) - cpu)) / uploads, memory };
}

/** How many jobs are completed, once that is all of them or it took too long. */
async function completed(url: string, jobs: number, limitMs: number): Promise<number> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const answer = await fetch(`${url}/ocr-jobs?limit=1&status=completed`);
    const { pagination } = (await answer.json()) as { pagination: { total: number } };
    if (pagination.total >= jobs || performance.now() > giveUpAt) return pagination.total;
    await sleep(SAMPLE_MS);
  }
}

async function measure(mode: Mode, options: Options): Promise<Figure[]> {
  const subject = await startSubject(mode, { provider: 'idle' });
  const [url] = subject.urls;
  const uploads = scaled(TENTH, options);
  try {
    const upload = createUploader(url, 'idle', paddedPng(BYTES), PARALLEL);
    const started = performance.now();
    const tenths: Tenth[] = [];
    while (tenths.length < TENTHS) {
      const tenth = await measureTenth(subject, uploads, upload);
      console.error(`  ${mode}, tenth ${tenths.length + 1}`, tenth);
      tenths.push(tenth);
    }
    const jobs = TENTHS * uploads;
    const lost = jobs - (await completed(url, jobs, performance.now() - started + GRACE_MS));
    const [first, second, last] = [tenths[0], tenths[1], tenths.at(-1)];
    if (!first || !second || !last) return [];
    const of = `${jobs.toLocaleString('en')} uploads`;
    return [
      { mode, name: `${of}: not completed`, value: lost, unit: 'jobs', target: { is: '<=', limit: 0 } },
      { mode, name: `${of}: the first tenth`, value: first.rate, unit: 'a second' },
      {
        mode,
        name: `${of}: the last tenth against the first`,
        value: last.rate / first.rate,
        unit: 'ratio',
        target: { is: '>=', limit: 0.9 },
      },
      { mode, name: `${of}: CPU time for each, last tenth`, value: last.cpuMs, unit: 'ms' },
      {
        mode,
        name: `${of}: CPU time, first tenth against the last`,
        value: first.cpuMs / last.cpuMs,
        unit: 'ratio',
      },
      { mode, name: `${of}: most memory, last tenth`, value: last.memory / MIB, unit: 'MiB' },
      {
        mode,
        name: `${of}: most memory, last tenth against the second`,
        value: last.memory / second.memory,
        unit: 'ratio',
        target: { is: '<=', limit: 1.25 },
      },
    ];
  } finally {
    await subject.close();
  }
}

/** Uploads of one file without a pause, which a provider that does no work completes meanwhile. */
export const steady = (options: Options): Promise<Figure[]> => inEachMode(options, measure);
