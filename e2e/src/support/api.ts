import {
  createdExecutionSchema,
  createdJobSchema,
  type ErrorBody,
  errorSchema,
  type Job,
  type JobList,
  jobListSchema,
  jobSchema,
} from '@inkstream/contracts';
import { expect } from 'vitest';
import type { z } from 'zod';
import { type WaitOptions, waitFor } from './wait-for.ts';

/** A file to upload. */
export interface Upload {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Default `receipt.png`. */
  readonly name?: string;
  /** Default `scripted`. */
  readonly provider?: string;
}

/** The body of an answer, which must be what the schema says and nothing more. */
export async function exactly<T>(schema: z.ZodType<T>, response: Response): Promise<T> {
  const body = await response.json();
  const parsed = schema.parse(body);
  expect(body).toEqual(parsed);
  return parsed;
}

/** The body of an answer that must be this error. */
export async function expectError(response: Response, status: number, details?: RegExp): Promise<ErrorBody> {
  const text = await response.text();
  expect(response.status, text).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const body = errorSchema.strict().parse(JSON.parse(text));
  expect(body.statusCode).toBe(status);
  if (details) expect(body.details).toMatch(details);
  return body;
}

/** A form with these files, each with its provider. */
export function form(files: readonly Upload[], jobName?: string): FormData {
  const data = new FormData();
  for (const [index, { bytes, name = 'receipt.png', provider = 'scripted' }] of files.entries()) {
    data.append('file', new Blob([bytes]), name);
    data.append(`ocrProvider_${index}`, provider);
  }
  if (jobName !== undefined) data.append('jobName', jobName);
  return data;
}

export const isOver = ({ status }: Pick<Job, 'status'>): boolean =>
  status === 'completed' || status === 'failed';

/** The API as a client calls it. */
export function createApi(url: () => string) {
  const call = (path: string, init: RequestInit = {}) =>
    fetch(url() + path, { signal: AbortSignal.timeout(60_000), ...init });
  const post = (body: FormData, headers: Record<string, string> = {}) =>
    call('/ocr-jobs/upload', { method: 'POST', body, headers });
  const findJob = async (id: number): Promise<Job | null> => {
    const response = await call(`/ocr-jobs/${id}`);
    if (response.status === 404) return null;
    expect(response.status).toBe(200);
    return exactly(jobSchema, response);
  };
  const job = async (id: number): Promise<Job> => {
    const found = await findJob(id);
    if (!found) throw new Error(`There is no job ${id}`);
    return found;
  };
  return {
    call,
    /** Uploads a form. */
    post,
    /** Uploads files, which must be taken; gives the job's id. */
    async upload(files: readonly Upload[], jobName?: string): Promise<number> {
      const response = await post(form(files, jobName));
      expect(response.status).toBe(201);
      return (await exactly(createdJobSchema, response)).id;
    },
    job,
    findJob,
    /** The job once it is completed or failed. */
    finished: (id: number, options: WaitOptions = {}): Promise<Job> =>
      waitFor(`job ${id} to end`, () => job(id), isOver, options),
    async list(query = ''): Promise<JobList> {
      const response = await call(`/ocr-jobs${query}`);
      expect(response.status).toBe(200);
      return exactly(jobListSchema, response);
    },
    requestExecution: (jobId: number, fileId: number, ocrProvider: string, more: object = {}) =>
      call(`/ocr-jobs/${jobId}/files/${fileId}/executions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ocrProvider, ...more }),
      }),
    /** The id of an execution that a request for one has made. */
    async created(response: Response): Promise<number> {
      expect(response.status).toBe(201);
      return (await exactly(createdExecutionSchema, response)).id;
    },
    remove: (path: string) => call(path, { method: 'DELETE' }),
  };
}
export type Api = ReturnType<typeof createApi>;
