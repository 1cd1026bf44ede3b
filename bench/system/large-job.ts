import { jobSchema } from '@inkstream/contracts';
import { percentile } from '../accuracy/statistics.ts';
import { finished, inParallel, upload } from './client.ts';
import { paddedPng } from './documents.ts';
import type { Figure } from './report.ts';
import { makeDataFolder } from './subject/backends.ts';
import { startSubject } from './subject/subject.ts';

/** Files of the large job, and as many small jobs. */
const FILES = 500;
const WARM_UP = 300;
/** Uploads at once; what they ask for waits its turn either way. */
const PARALLEL = 8;
const READS = 60;
/** Of an execution: that it starts, and that it ends. */
const CHANGES = 2 * FILES;

const documents = Array.from({ length: FILES }, (_, n) => ({ name: `${n}.png`, bytes: paddedPng(1_000) }));

const smallJobs = (url: string, count: number): Promise<void> =>
  inParallel(count, PARALLEL, async (n) => {
    const document = documents[n % FILES];
    if (document) await finished(url, await upload(url, 'idle', document));
  });

/** Milliseconds that each read of the job takes. */
async function readTimes(url: string, id: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < READS; n++) {
    const started = performance.now();
    await (await fetch(`${url}/ocr-jobs/${id}?ocrData=false`)).arrayBuffer();
    times.push(performance.now() - started);
  }
  return times;
}

/** A job of 500 files against 500 jobs of one file, and 500 executions of one job that end at the same moment. */
export async function largeJob(): Promise<Figure[]> {
  const backends = await makeDataFolder();
  const env = { ...backends.env, MAX_FILES_PER_JOB: String(FILES), MAX_EXECUTIONS_PER_JOB: '1000' };
  const subject = await startSubject('embedded', { provider: 'idle', backends: { ...backends, env } });
  const [url] = subject.urls;
  try {
    await smallJobs(url, WARM_UP);
    const before = await subject.cpu();
    await smallJobs(url, FILES);
    const between = await subject.cpu();
    const id = await upload(url, 'idle', ...documents);
    const bytes = await finished(url, id);
    const after = await subject.cpu();
    const job = (await (await fetch(`${url}/ocr-jobs/${id}?ocrData=false`)).arrayBuffer()).byteLength;
    const p95 = percentile(await readTimes(url, id), 0.95);

    const together = await upload(url, 'together', ...documents);
    const accepted = performance.now();
    await finished(url, together);
    const seconds = (performance.now() - accepted) / 1_000;
    const { files } = jobSchema.parse(await (await fetch(`${url}/ocr-jobs/${together}`)).json());
    const executions = files.flatMap((file) => file.executions);
    const lost = executions.filter(({ status, ocrData }) => status !== 'completed' || ocrData === null);

    const mode = 'embedded' as const;
    const of = (limit: number) => ({ target: { is: '<=' as const, limit } });
    return [
      {
        mode,
        name: '500 executions of a job that end at once: without a result',
        value: lost.length,
        unit: 'executions',
        ...of(0),
      },
      {
        mode,
        name: '500 executions of a job that end at once: until it is completed',
        value: seconds,
        unit: 's',
        ...of(5),
      },
      {
        mode,
        name: 'CPU time of a job of 500 files against 500 jobs of one',
        value: (after - between) / (between - before),
        unit: 'ratio',
        ...of(1.1),
      },
      {
        mode,
        name: 'sent to a follower of 500 files for each change',
        value: (bytes - job) / CHANGES,
        unit: 'bytes',
        ...of(1_024),
      },
      { mode, name: 'reading a job of 500 files without ocrData, p95', value: p95, unit: 'ms', ...of(50) },
    ];
  } finally {
    await subject.close();
    await backends.close();
  }
}
