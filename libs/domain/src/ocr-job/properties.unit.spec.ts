import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decide } from './decide.ts';
import { deleteJob } from './spec-support/given.ts';
import { eventsOf, histories, type Step } from './spec-support/histories.ts';
import { absentJob, evolve, type JobState } from './state.ts';
import { type ExecutionStatus, isFinal, type JobStatus, jobStatus } from './status.ts';
import { fold, type JobView } from './view.ts';

const holds = (check: (steps: readonly Step[]) => void) =>
  fc.assert(
    fc.property(histories, (steps) => {
      check(steps);
    }),
    { numRuns: 300 },
  );

const statusOf = (state: JobState): JobStatus | null =>
  state.status === 'open' ? jobStatus(state.executions.values()) : null;

const viewsOf = (steps: readonly Step[]) => {
  const views: (JobView | null)[] = [];
  for (const [revision, event] of eventsOf(steps).entries()) {
    const recordedAt = new Date(Date.UTC(2026, 10, 24) + revision * 1_000).toISOString();
    views.push(fold(views.at(-1) ?? null, { ...event, jobId: 1, revision, recordedAt }));
  }
  return views;
};

it('explores: the commands lead to every kind of event, and are refused too', () => {
  const seen = new Set<string>();
  for (const steps of fc.sample(histories, { numRuns: 300, seed: 1 }))
    for (const { events } of steps)
      for (const { type } of events.length > 0 ? events : [{ type: 'refused' }]) seen.add(type);
  expect(seen.size).toBe(10);
});

it('leaves a sound job, whatever it is asked for', () =>
  holds((steps) => {
    for (const { after } of steps) {
      if (after.status !== 'open') continue;
      const executions = [...after.executions.values()];
      expect(executions.map(({ id }) => id)).toEqual(executions.map((_, index) => index + 1));
      for (const { fileId, status, attempt, notBefore } of executions) {
        expect(after.files.has(fileId)).toBe(true);
        if (status === 'running' || status === 'completed' || status === 'failed')
          expect(attempt).toBeGreaterThan(0);
        if (notBefore !== null) expect(status).toBe('pending');
        if (after.files.get(fileId)?.deleted) expect(isFinal(status)).toBe(true);
      }
      const unfinished = executions.filter(({ status }) => !isFinal(status));
      const kinds = unfinished.map(({ fileId, provider }) => `${fileId}/${provider}`);
      expect(new Set(kinds).size).toBe(kinds.length);
    }
  }));

it('comes to the same state when its events are replayed', () =>
  holds((steps) => expect(eventsOf(steps).reduce(evolve, absentJob)).toEqual(steps.at(-1)?.after)));

const NEXT: { readonly [S in ExecutionStatus]: readonly ExecutionStatus[] } = {
  pending: ['running', 'completed', 'cancelled'],
  running: ['pending', 'completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

it('moves each execution along its state machine: final is final', () =>
  holds((steps) => {
    let state = absentJob;
    for (const event of eventsOf(steps)) {
      const next = evolve(state, event);
      if (state.status === 'open' && next.status === 'open')
        for (const { id, status, attempt } of state.executions.values()) {
          const after = next.executions.get(id);
          expect(after?.attempt).toBeGreaterThanOrEqual(attempt);
          if (after?.status !== status) expect(NEXT[status]).toContain(after?.status);
        }
      state = next;
    }
  }));

it('moves a job from pending over running to its end, and back only where another execution is asked for', () =>
  holds((steps) => {
    for (const { command, before, after } of steps) {
      const [from, to] = [statusOf(before), statusOf(after)];
      if (!from || !to || from === to) continue;
      const ways: { readonly [S in JobStatus]: readonly JobStatus[] } = {
        pending: ['running', 'failed'],
        running: ['completed', 'failed'],
        completed: command.type === 'RequestExecution' ? ['running'] : [],
        failed: command.type === 'RequestExecution' ? ['running'] : [],
      };
      expect(ways[from]).toContain(to);
    }
  }));

it('shows clients what decisions are made on', () =>
  holds((steps) => {
    const state = steps.at(-1)?.after ?? absentJob;
    const view = viewsOf(steps).at(-1);
    if (state.status !== 'open') return expect(view?.deleted).toBe(true);
    expect(view).toMatchObject({ deleted: false, name: state.name, status: statusOf(state) });
    expect(view?.files.map(({ id }) => id)).toEqual(
      [...state.files.values()].filter(({ deleted }) => !deleted).map(({ id }) => id),
    );
    const shown = view?.files.flatMap(({ id: fileId, executions }) =>
      executions.map(({ id, ocrProvider: provider, status, attempt }) => ({
        id,
        fileId,
        provider,
        status,
        attempt,
      })),
    );
    const known = [...state.executions.values()]
      .filter(({ fileId }) => !state.files.get(fileId)?.deleted)
      .map(({ notBefore: _, lost: __, timeouts: ___, unavailable: ____, ...execution }) => execution);
    expect(shown?.toSorted((a, b) => a.id - b.id)).toEqual(known);
  }));

it('shows a result exactly where an execution is completed, and a fault where it failed', () =>
  holds((steps) => {
    for (const view of viewsOf(steps))
      for (const { status, result, error } of view?.files.flatMap(({ executions }) => executions) ?? []) {
        expect(result !== null).toBe(status === 'completed');
        if (status === 'failed') expect(error).not.toBeNull();
        if (status === 'completed') expect(error).toBeNull();
      }
  }));

it('leaves a tombstone of a deleted job and nothing else, whatever comes after', () =>
  holds((steps) => {
    const last = steps.at(-1)?.after ?? absentJob;
    const deletion = eventsOf(steps).findIndex(({ type }) => type === 'JobDeleted');
    expect(last.status === 'deleted').toBe(deletion >= 0);
    if (deletion < 0) return;
    expect(deletion).toBe(eventsOf(steps).length - 1);
    expect(viewsOf(steps).at(-1)).toMatchObject({ deleted: true, name: '', files: [], removed: [] });
  }));

it('can always be deleted by force, once it exists', () =>
  holds((steps) => {
    const last = steps.at(-1)?.after ?? absentJob;
    if (last.status !== 'open') return;
    expect(decide(deleteJob(true), last).reduce(evolve, last)).toEqual({ status: 'deleted' });
  }));
