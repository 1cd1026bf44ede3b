import { randomUUID } from 'node:crypto';
import { type Job, type OcrResult, ocrResultSchema } from '@inkstream/contracts';
import type { Api } from './api.ts';
import { CHECKED, type Checked, canaryReceipt } from './receipt.ts';

/** Under this name its jobs can be found, should one be left behind. */
export const JOB_NAME = 'inkstream canary';
/** A deletion may take so long, ms. */
const REMOVE_MS = 20_000;

/**
 * - `passed`: the receipt was read as it is, within the time, and is deleted.
 * - `wrong`: it was read, and not as it is.
 * - `failed`: it was refused, not read in time, or not deleted.
 */
export type Outcome = 'passed' | 'wrong' | 'failed';
export const OUTCOMES: readonly Outcome[] = ['passed', 'wrong', 'failed'];

export interface Run {
  readonly outcome: Outcome;
  /** What went wrong, for operators; nothing if it passed. */
  readonly reason?: string;
  /** Undefined if no upload was acknowledged. */
  readonly jobId?: number;
  /** From the upload until its result was read, or it was clear that none comes, ms. */
  readonly durationMs: number;
}

export interface RunOptions {
  readonly api: Api;
  readonly provider: string;
  readonly timeoutMs: number;
  readonly now: () => Date;
  readonly random: () => number;
  /** Ends the run; what was uploaded is deleted first. */
  readonly signal: AbortSignal;
}

const messageOf = (error: unknown): string =>
  (error as Error).name === 'TimeoutError' ? 'there was no result in time' : (error as Error).message;

/** Uploads a receipt, waits for its result, compares it with what the receipt says, and deletes the job. */
export async function runOnce(options: RunOptions): Promise<Run> {
  const { api, provider, timeoutMs } = options;
  const { bytes, truth } = await canaryReceipt(options.now(), options.random);
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)]);
  const startedAt = performance.now();
  let jobId: number | undefined;
  const checked = async (): Promise<Pick<Run, 'outcome' | 'reason'>> => {
    try {
      jobId = await api.upload(() => formOf(bytes, provider), randomUUID(), signal);
      return check(await api.finished(jobId, signal), truth);
    } catch (error) {
      return { outcome: 'failed', reason: messageOf(error) };
    }
  };
  const read = await checked();
  const run = { ...read, durationMs: performance.now() - startedAt, ...(jobId !== undefined && { jobId }) };
  if (jobId === undefined) return run;
  return api.remove(jobId, AbortSignal.timeout(REMOVE_MS)).then(
    () => run,
    (error) => ({
      ...run,
      outcome: 'failed',
      reason: [read.reason, `not deleted: ${error.message}`].filter(Boolean).join('; '),
    }),
  );
}

function formOf(bytes: Uint8Array<ArrayBuffer>, provider: string): FormData {
  const form = new FormData();
  form.append('jobName', JOB_NAME);
  form.append('file', new Blob([bytes], { type: 'application/pdf' }), 'canary.pdf');
  form.append('ocrProvider_0', provider);
  return form;
}

function check(job: Job, truth: Checked): Pick<Run, 'outcome' | 'reason'> {
  const [execution] = job.files[0]?.executions ?? [];
  if (!execution?.ocrData)
    return {
      outcome: 'failed',
      reason: `the execution ${execution?.status ?? 'is missing'}: ${execution?.error?.message ?? 'no result'}`,
    };
  const wrong = faultsOf(ocrResultSchema.parse(JSON.parse(execution.ocrData)), truth);
  return wrong.length === 0 ? { outcome: 'passed' } : { outcome: 'wrong', reason: wrong.join(', ') };
}

/** Letters and digits, whatever their case; amounts by their size. */
function plain(name: keyof Checked, value: string): string {
  if (name === 'total') return Number(value).toFixed(2);
  return value.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

/** What was not read as it is. The receipt is ours, so its values may be told. */
export function faultsOf({ receipt }: Pick<OcrResult, 'receipt'>, truth: Checked): string[] {
  return CHECKED.flatMap((name) => {
    const value = receipt?.[name]?.value;
    if (value !== undefined && plain(name, value) === plain(name, truth[name])) return [];
    return [
      `${name} is ${value === undefined ? 'missing' : JSON.stringify(value)} instead of ${JSON.stringify(truth[name])}`,
    ];
  });
}
