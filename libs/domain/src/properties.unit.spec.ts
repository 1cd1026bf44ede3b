import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ExecutionState, evolveExecution, requestedExecution } from './ocr-execution/state.ts';
import { type ExecutionStatus, isFinal } from './ocr-execution/status.ts';
import { decideJob } from './ocr-job/decide.ts';
import { deleteJob, UID } from './ocr-job/spec-support/given.ts';
import { absentJob, evolveJob } from './ocr-job/state.ts';
import { type JobStatus, jobStatus, tallyOf } from './ocr-job/status.ts';
import type { RecordedExecutionEvent, RecordedJobEvent } from './recorded.ts';
import { histories, logOf, type Step, type Whole } from './spec-support/histories.ts';
import { foldAll, jobOf, noDocuments } from './spec-support/views.ts';
import { isJobEvent } from './upcast.ts';

const holds = (check: (steps: readonly Step[]) => void) =>
  fc.assert(
    fc.property(histories, (steps) => {
      check(steps);
    }),
    { numRuns: 300 },
  );

const last = (steps: readonly Step[]): Whole =>
  steps.at(-1)?.after ?? { job: absentJob, executions: new Map() };
const statusOf = ({ job, executions }: Whole): JobStatus | null =>
  job.status === 'open' ? jobStatus(tallyOf(executions.values())) : null;
const ofJob = (steps: readonly Step[]) =>
  logOf(steps).filter((event): event is RecordedJobEvent => isJobEvent(event));
const ofExecution = (steps: readonly Step[], id: number) =>
  logOf(steps).filter(
    (event): event is RecordedExecutionEvent => 'executionId' in event && event.executionId === id,
  );
const documentsOf = (steps: readonly Step[]) => logOf(steps).reduce(foldAll, noDocuments);

it('explores: the commands lead to every kind of event, and are refused too', () => {
  const seen = new Set<string>();
  for (const steps of fc.sample(histories, { numRuns: 300, seed: 1 }))
    for (const { events } of steps)
      for (const { type } of events.length > 0 ? events : [{ type: 'refused' }]) seen.add(type);
  expect(seen.size).toBe(13);
});

it('leaves a sound job, whatever it is asked for', () =>
  holds((steps) => {
    for (const { after } of steps) {
      if (after.job.status !== 'open') continue;
      const { files, executions } = after.job;
      expect(executions.map(({ id }) => id)).toEqual(executions.map((_, index) => index + 1));
      expect([...after.executions.keys()]).toEqual(executions.map(({ id }) => id));
      const unfinished = executions.filter(
        ({ id }) => !isFinal(after.executions.get(id)?.status ?? 'pending'),
      );
      const kinds = unfinished.map(({ fileId, provider }) => `${fileId}/${provider}`);
      expect(new Set(kinds).size).toBe(kinds.length);
      for (const { fileId } of executions) expect(files.some(({ id }) => id === fileId)).toBe(true);
    }
  }));

it('leaves sound executions', () =>
  holds((steps) => {
    for (const { after } of steps)
      for (const { status, attempt, lost, released, timeouts, notBefore } of after.executions.values()) {
        if (status === 'running' || status === 'completed') expect(attempt).toBeGreaterThan(0);
        if (notBefore !== null) expect(status).toBe('pending');
        expect(lost + released + timeouts).toBeLessThanOrEqual(attempt);
      }
  }));

it('comes to the same state when its events are replayed', () =>
  holds((steps) => {
    const { job, executions } = last(steps);
    expect(ofJob(steps).reduce(evolveJob, absentJob)).toEqual(job);
    for (const [id, state] of executions)
      expect(ofExecution(steps, id).reduce<ExecutionState>(evolveExecution, requestedExecution)).toEqual(
        state,
      );
  }));

const NEXT: { readonly [S in ExecutionStatus]: readonly ExecutionStatus[] } = {
  pending: ['running', 'completed', 'failed', 'cancelled'],
  running: ['pending', 'completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

it('moves each execution along its state machine: final is final', () =>
  holds((steps) => {
    for (const { before, after } of steps)
      for (const [id, { status, attempt }] of before.executions) {
        const next = after.executions.get(id);
        expect(next?.attempt).toBeGreaterThanOrEqual(attempt);
        if (next?.status !== status) expect(NEXT[status]).toContain(next?.status);
      }
  }));

it('moves a job from pending over running to its end, and back only if another execution is asked for', () =>
  holds((steps) => {
    for (const { command, before, after } of steps) {
      const [from, to] = [statusOf(before), statusOf(after)];
      if (!from || !to || from === to) continue;
      const again = command?.type === 'RequestExecution';
      const ways: { readonly [S in JobStatus]: readonly JobStatus[] } = {
        pending: ['running', 'failed'],
        running: ['completed', 'failed'],
        completed: again ? ['running'] : [],
        failed: again ? ['running', 'pending'] : [],
      };
      expect(ways[from]).toContain(to);
    }
  }));

it('shows clients what decisions are made on', () =>
  holds((steps) => {
    const { job, executions } = last(steps);
    const documents = documentsOf(steps);
    const view = jobOf(documents);
    if (job.status !== 'open') return expect(view?.deleted).toBe(true);
    const { name, files } = job;
    expect(view).toMatchObject({ deleted: false, uid: UID, name, status: statusOf(last(steps)) });
    const left = files.filter(({ deleted }) => !deleted).map(({ id }) => id);
    expect(view?.files.map(({ id }) => id)).toEqual(left);
    const shown = [...documents.executions.values()].map(
      ({ id, fileId, ocrProvider, status, attempt, removed }) => ({
        id,
        fileId,
        provider: ocrProvider,
        status,
        attempt,
        removed,
      }),
    );
    const known = job.executions.map((one) => ({
      ...one,
      status: executions.get(one.id)?.status,
      attempt: executions.get(one.id)?.attempt,
      removed: !left.includes(one.fileId),
    }));
    expect(shown).toEqual(known);
  }));

it('shows a result if and only if an execution is completed and its file there, and a fault if it failed', () =>
  holds((steps) => {
    let documents = noDocuments;
    for (const event of logOf(steps)) {
      documents = foldAll(documents, event);
      for (const { status, result, error, removed, id } of documents.executions.values()) {
        const erased = ofExecution(steps, id).some(({ type }) => type === 'ExecutionErased');
        if (removed || erased) continue;
        expect(result !== null).toBe(status === 'completed');
        if (status === 'failed') expect(error).not.toBeNull();
        if (status === 'completed') expect(error).toBeNull();
      }
    }
  }));

it('leaves a tombstone of a deleted job and nothing else, whatever comes after', () =>
  holds((steps) => {
    const deletion = ofJob(steps).findIndex(({ type }) => type === 'JobDeleted');
    expect(last(steps).job.status === 'deleted').toBe(deletion >= 0);
    if (deletion < 0) return;
    expect(deletion).toBe(ofJob(steps).length - 1);
    expect(jobOf(documentsOf(steps))).toMatchObject({ deleted: true, uid: UID, name: '', files: [] });
  }));

it('leaves no execution of what is deleted that could still be completed', () =>
  holds((steps) => {
    const { job, executions } = last(steps);
    if (job.status === 'deleted')
      for (const { status } of executions.values()) expect(isFinal(status)).toBe(true);
    if (job.status !== 'open') return;
    for (const { id, fileId } of job.executions)
      if (job.files.find((file) => file.id === fileId)?.deleted)
        expect(isFinal(executions.get(id)?.status ?? 'pending')).toBe(true);
  }));

it('can always be deleted by force, once it exists', () =>
  holds((steps) => {
    const { job, executions } = last(steps);
    if (job.status !== 'open') return;
    const deleted = { status: 'deleted', uid: UID, executions: job.executions.length };
    expect(decideJob(deleteJob(executions, true), job).reduce(evolveJob, job)).toEqual(deleted);
  }));
