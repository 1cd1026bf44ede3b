import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createdJobSchema, type Job, jobSchema } from '@inkstream/contracts';

const FOLDER = join(import.meta.dirname, '../../../samples');
const LIMIT_MS = 180_000;

/** A receipt of samples/ with what it says. */
export interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: string;
}

export async function readSample(name: string): Promise<Sample> {
  const truth: unknown = JSON.parse(await readFile(join(FOLDER, name.replace(/\.\w+$/, '.json')), 'utf8'));
  if (!(truth instanceof Object && 'text' in truth && typeof truth.text === 'string'))
    throw new Error(`${name} has no truth`);
  return { name, bytes: await readFile(join(FOLDER, name)), text: truth.text };
}

/** @throws Error with the answer if the status is not the expected one. */
export async function call(url: string, status: number, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000), ...init });
  if (response.status !== status)
    throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${await response.text()}`);
  return response;
}

/** Uploads the samples as one job, each for the provider; returns the job's id. */
export async function upload(url: string, samples: readonly Sample[], provider: string): Promise<number> {
  const body = new FormData();
  for (const [index, { name, bytes }] of samples.entries()) {
    body.append('file', new Blob([bytes]), name);
    body.append(`ocrProvider_${index}`, provider);
  }
  const response = await call(`${url}/ocr-jobs/upload`, 201, { method: 'POST', body });
  return createdJobSchema.parse(await response.json()).id;
}

export const getJob = async (url: string, id: number): Promise<Job> =>
  jobSchema.parse(await (await call(`${url}/ocr-jobs/${id}`, 200)).json());

/** @throws Error if the job has none of the statuses within three minutes. */
export async function until(url: string, id: number, ...statuses: readonly Job['status'][]): Promise<Job> {
  const giveUpAt = performance.now() + LIMIT_MS;
  for (;;) {
    const job = await getJob(url, id);
    if (statuses.includes(job.status)) return job;
    if (performance.now() > giveUpAt) throw new Error(`job ${id} is still ${job.status}`);
    await sleep(100);
  }
}
