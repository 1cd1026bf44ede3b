import { describe, expect, it } from 'vitest';
import type { JobEvent } from './events.ts';
import { file, fileDeleted, jobDeleted, open, requested, submitted, UID } from './spec-support/given.ts';
import { absentJob, evolveJob, fencedJob, type OpenJob } from './state.ts';

const after = (...events: JobEvent[]) => events.reduce(evolveJob, absentJob);
const deleted = { status: 'deleted', uid: UID, executions: 1 };

describe('a job after its events', () => {
  it('is open once submitted', () =>
    expect(after(...open)).toEqual({
      status: 'open',
      uid: UID,
      tenant: 'default',
      name: 'Trip',
      files: [{ ...file(1), deleted: false }],
      executions: [{ id: 1, fileId: 1, provider: 'mistral' }],
      submitted: 1,
    }));

  it('knows which executions it was submitted with, and the pages that were asked for', () => {
    const { type, data } = submitted(1);
    const second = requested(2, 1, 'openai');
    const job = after(
      { type, data: { ...data, executions: 2 } },
      requested(1),
      { ...second, data: { ...second.data, pages: [2, 3] } } as JobEvent,
      requested(3, 1, 'gemini'),
    ) as OpenJob;
    expect(job.submitted).toBe(2);
    expect(job.executions.map(({ pages }) => pages)).toEqual([undefined, [2, 3], undefined]);
  });

  it('remembers deleted files, since their ids are taken', () => {
    const job = after(submitted(1, 2), fileDeleted(1)) as OpenJob;
    expect(job.files.map(({ id, deleted: gone }) => [id, gone])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  it('is deleted for good, known events before or not', () => {
    expect(after(...open, jobDeleted())).toEqual(deleted);
    expect(after(jobDeleted())).toEqual(deleted);
    expect(after(jobDeleted(), ...open)).toEqual(deleted);
  });

  it.each([
    ['a second submission', submitted(7)],
    ['an id that is taken', requested(1, 1, 'openai')],
    ['an id that leaves one out', requested(3, 1, 'openai')],
    ['a file that is not there', fileDeleted(9)],
  ])('is not changed by %s', (_case, event) => {
    const job = after(...open);
    expect(evolveJob(job, event)).toEqual(job);
  });

  it('is not changed by anything before its submission', () =>
    expect(after(requested(1), fileDeleted(1))).toEqual(absentJob));

  it('can never be submitted once a fence closed its stream, and is not changed by later ones', () => {
    expect(fencedJob(absentJob)).toEqual({ status: 'abandoned' });
    expect(evolveJob(fencedJob(absentJob), submitted(1))).toEqual({ status: 'abandoned' });
    expect(fencedJob(after(...open))).toEqual(after(...open));
  });

  it('leaves the state before as it was', () => {
    const before = after(...open) as OpenJob;
    evolveJob(evolveJob(before, requested(2, 1)), fileDeleted(1));
    expect(before.executions).toHaveLength(1);
    expect(before.files[0]?.deleted).toBe(false);
  });
});
