import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, observe, type Running } from '@inkstream/service-kit';
import { metrics } from '@opentelemetry/api';
import { OUTCOMES, type Run } from './run.ts';

export interface CanaryOptions {
  /** Ends early, and tidies up, if the signal aborts. */
  readonly run: (signal: AbortSignal) => Promise<Run>;
  /** From the beginning of one run to that of the next, ms; a run that takes longer is followed at once. */
  readonly intervalMs: number;
  readonly log: Logger;
  readonly now: () => Date;
}

export interface Canary extends Running {
  /** The last run and when it ended. */
  readonly last: () => string;
}

const BUCKETS_S = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600];

/** Runs again and again until it is closed, and tells metrics and the log how it went. */
export function startCanary({ run, intervalMs, log, now }: CanaryOptions): Canary {
  const meter = metrics.getMeter('inkstream');
  const runs = meter.createCounter('inkstream.canary.runs', {
    unit: '{run}',
    description: 'Receipts that were uploaded to see whether they are read',
  });
  // Whoever asks how many failed finds a number before the first one does.
  for (const outcome of OUTCOMES) runs.add(0, { outcome });
  const duration = meter.createHistogram('inkstream.canary.duration', {
    unit: 's',
    description: 'From the upload until its result was read, of runs that passed',
    advice: { explicitBucketBoundaries: BUCKETS_S },
  });
  let [last, lastSuccess] = ['none yet', undefined as number | undefined];
  const gauge = observe(
    'inkstream.canary.last_success',
    { unit: 's', description: 'When a run passed last, seconds since 1970' },
    () => lastSuccess,
  );
  const closing = new AbortController();

  const note = ({ outcome, reason, jobId, durationMs }: Run) => {
    const at = now();
    runs.add(1, { outcome });
    last = `${outcome} at ${at.toISOString()}${reason === undefined ? '' : `: ${reason}`}`;
    const seconds = durationMs / 1_000;
    if (outcome !== 'passed') return log.warn({ jobId, seconds, reason }, `canary: ${outcome}`);
    duration.record(seconds);
    lastSuccess = at.getTime() / 1_000;
    log.info({ jobId, seconds }, 'canary: passed');
  };

  const loop = async () => {
    const { signal } = closing;
    while (!signal.aborted) {
      const begunAt = performance.now();
      const done = await run(signal);
      // One that was cut off tells nothing.
      if (signal.aborted) return;
      note(done);
      const restMs = Math.max(0, begunAt + intervalMs - performance.now());
      await sleep(restMs, undefined, { signal }).catch(() => {});
    }
  };
  const ended = loop();
  return {
    last: () => last,
    async close() {
      closing.abort(new Error('the canary ends'));
      await ended;
      gauge.close();
    },
  };
}
