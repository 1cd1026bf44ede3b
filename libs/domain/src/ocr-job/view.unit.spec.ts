import { describe, expect, it } from 'vitest';
import type { JobEvent } from './events.ts';
import {
  cancelled,
  completed,
  failed,
  fault,
  file,
  fileDeleted,
  jobDeleted,
  requested,
  result,
  retryScheduled,
  running,
  started,
  submitted,
} from './spec-support/given.ts';
import { fold, type JobView } from './view.ts';

const at = (revision: number) => new Date(Date.UTC(2026, 10, 24, 12, 0, revision)).toISOString();
const viewOf = (events: readonly JobEvent[], from: JobView | null = null) =>
  events.reduce((view: JobView | null, event) => {
    const revision = view ? view.revision + 1 : 0;
    return fold(view, { ...event, jobId: 7, revision, recordedAt: at(revision) });
  }, from);
const execution = (...events: JobEvent[]) => viewOf(events)?.files[0]?.executions[0];

describe('the view of a job', () => {
  it('shows what was uploaded and asked for', () => {
    const pending = { status: 'pending', ocrProvider: 'mistral', attempt: 0, result: null, error: null };
    expect(viewOf([submitted(1), requested(1)])).toEqual({
      id: 7,
      revision: 1,
      deleted: false,
      name: 'Trip',
      status: 'pending',
      createdAt: at(0),
      updatedAt: at(1),
      files: [{ ...file(1), executions: [{ id: 1, ...pending, createdAt: at(1), updatedAt: at(1) }] }],
      removed: [],
    });
  });

  it('shows how an execution ends', () => {
    expect(execution(...running)).toMatchObject({ status: 'running', attempt: 1, updatedAt: at(2) });
    expect(execution(...running, completed(1))).toMatchObject({ status: 'completed', result, error: null });
    expect(execution(...running, failed(1))).toMatchObject({ status: 'failed', result: null, error: fault });
    expect(execution(...running, cancelled(1))).toMatchObject({ status: 'cancelled', result: null });
  });

  it('shows the fault that a retry follows, until there is a result', () => {
    const retried = [...running, retryScheduled(1), started(1, 2)];
    expect(execution(...retried.slice(0, -1))).toMatchObject({ status: 'pending', attempt: 1, error: fault });
    expect(execution(...retried)).toMatchObject({ status: 'running', attempt: 2, error: fault });
    expect(execution(...retried, completed(1, 2))).toMatchObject({ attempt: 2, error: null });
  });

  it('leaves a deleted file out, and counts its executions still', () => {
    const events = [submitted(1, 2), requested(1), requested(2), started(1), completed(1), fileDeleted(1)];
    expect(viewOf(events)).toMatchObject({
      status: 'running',
      files: [{ id: 2 }],
      removed: [{ status: 'completed', attempt: 1 }],
    });
    expect(viewOf([...events, started(2), failed(2)])?.status).toBe('completed');
  });

  it('keeps an id and a revision alone of a deleted job', () => {
    const tombstone = viewOf([...running, completed(1), jobDeleted()]);
    expect(tombstone).toEqual({
      id: 7,
      revision: 4,
      deleted: true,
      name: '',
      status: 'failed',
      createdAt: at(4),
      updatedAt: at(4),
      files: [],
      removed: [],
    });
    const truncated = fold(null, { ...jobDeleted(), jobId: 7, revision: 4, recordedAt: at(4) });
    expect(truncated).toEqual(tombstone);
    expect(viewOf([submitted(1), started(1), jobDeleted()], tombstone)).toEqual({
      ...tombstone,
      revision: 7,
    });
  });

  it('is changed by no event that comes after the end of an execution, or before the job', () => {
    const before = viewOf([...running, completed(1)]);
    const after = viewOf([failed(1), started(1, 2), submitted(9)], before);
    expect(after).toEqual({ ...before, revision: 6, updatedAt: at(6) });
    expect(viewOf([started(1)])).toBeNull();
  });
});
