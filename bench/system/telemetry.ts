import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateReceipt } from '@inkstream/testing';
import { type Document, finished, upload } from './client.ts';
import { type Options, scaled } from './options.ts';
import { latencies, WARM_UP } from './paced-jobs.ts';
import type { Figure } from './report.ts';
import { type Backends, backendsOf } from './subject/backends.ts';
import type { Env } from './subject/service.ts';
import { type Provider, type Subject, startSubject } from './subject/subject.ts';

const ROUNDS = 4;
/** In each round, of each Inkstream. */
const IDLE_JOBS = 250;
const RECEIPTS = 8;
/** Per cent of the CPU time of a receipt that the local engine reads. */
const WANTED = 3;

/** Where telemetry goes: it is taken and thrown away, in this process, so that its CPU time is in no figure. */
async function startSink(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What is compared, the one without any telemetry first. */
function variantsOf(url: string): readonly (readonly [name: string, env: Env])[] {
  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_METRIC_EXPORT_INTERVAL: '15000' };
  const sampled = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.05' };
  return [
    ['off', {}],
    ['metrics', { ...on, OTEL_TRACES_EXPORTER: 'none' }],
    ['metrics, 5 % of traces', { ...on, ...sampled }],
    ['metrics, all traces', on],
    ['profiles', { PYROSCOPE_SERVER_ADDRESS: url }],
  ];
}

async function read(url: string, receipts: readonly Document[]): Promise<void> {
  for (const one of receipts) await finished(url, await upload(url, 'paddle-ocr-local', one));
}

/** CPU time of a job, ms, of each of several Inkstreams that run side by side and work in turn. */
async function cpuOfJobs(
  provider: Provider,
  variants: readonly (readonly [string, Env])[],
  jobs: number,
  work: (url: string, jobs: number) => Promise<unknown>,
): Promise<number[]> {
  const subjects: Subject[] = [];
  const folders: Backends[] = [];
  try {
    for (const [, env] of variants) {
      const own = await backendsOf('embedded');
      folders.push(own);
      const backends = { ...own, env: { ...own.env, ...env } };
      subjects.push(await startSubject('embedded', { provider, backends }));
    }
    const spent = subjects.map(() => 0);
    for (let round = 0; round < ROUNDS; round++)
      // Each begins a round once, so that none has the warmest machine each time.
      for (const [nth] of subjects.entries()) {
        const index = (nth + round) % subjects.length;
        const subject = subjects[index] as Subject;
        const before = await subject.cpu();
        await work(subject.urls[0], jobs);
        // The first round warms up.
        if (round > 0) spent[index] = (spent[index] ?? 0) + (await subject.cpu()) - before;
      }
    return spent.map((seconds) => (1_000 * seconds) / (jobs * (ROUNDS - 1)));
  } finally {
    for (const one of [...subjects, ...folders]) await one.close();
  }
}

/** What metrics, traces and profiles cost: CPU time with them against the same without, embedded, in turn within one run. */
export async function telemetry(options: Options): Promise<Figure[]> {
  const sink = await startSink();
  const variants = variantsOf(sink.url);
  const [pace] = WARM_UP;
  const receipts = await Promise.all(
    Array.from({ length: scaled(RECEIPTS, options) }, async (_, seed) => ({
      name: 'receipt.jpg',
      bytes: new Uint8Array((await generateReceipt({ seed })).image),
    })),
  );
  try {
    const idle = await cpuOfJobs('idle', variants, scaled(IDLE_JOBS, options), (url, jobs) =>
      latencies(url, [pace, jobs], { ...options, scale: 1 }),
    );
    const real = await cpuOfJobs('paddle', variants, receipts.length, (url) => read(url, receipts));
    const [idleOff = 0, realOff = 0] = [idle[0], real[0]];
    return variants.flatMap(([name], index): Figure[] => {
      const [withIdle = 0, withReal = 0] = [idle[index], real[index]];
      const figures: Figure[] = [
        { mode: 'embedded', name: `CPU time of a job without work, ${name}`, value: withIdle, unit: 'ms' },
        { mode: 'embedded', name: `CPU time of a receipt, ${name}`, value: withReal, unit: 'ms' },
      ];
      if (index === 0) return figures;
      const added = (100 * (withIdle - idleOff)) / realOff;
      const target = { is: '<=', limit: WANTED } as const;
      return [
        ...figures,
        { mode: 'embedded', name: `added to a receipt, ${name}`, value: added, unit: '%', target },
      ];
    });
  } finally {
    sink.close();
  }
}
