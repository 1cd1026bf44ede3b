import { describe, expect, it } from 'vitest';
import { at, ofJob } from '../spec-support/recorded.ts';
import type { JobEvent } from './events.ts';
import { file, fileDeleted, jobDeleted, open, requested, submitted, UID } from './spec-support/given.ts';
import { emptyTally } from './status.ts';
import { foldJob, type JobRecord, viewOf } from './view.ts';

const recordOf = (events: readonly JobEvent[], from: JobRecord | null = null) =>
  events.reduce(
    (record: JobRecord | null, event) => foldJob(record, ofJob(event, record ? record.revision + 1 : 0)),
    from,
  );
const record = (...events: JobEvent[]): JobRecord => {
  const folded = recordOf(events);
  if (!folded) throw new Error('There is no job');
  return folded;
};

describe('the record of a job', () => {
  it('holds what was uploaded', () =>
    expect(record(...open)).toEqual({
      id: 7,
      uid: UID,
      tenant: 'default',
      revision: 1,
      deleted: false,
      name: 'Trip',
      createdAt: at(0),
      changedAt: at(1),
      files: [file(1)],
    }));

  it('leaves a deleted file out', () =>
    expect(record(submitted(1, 2), requested(1), fileDeleted(1)).files).toEqual([file(2)]));

  it('keeps ids and a revision alone of a deleted job', () => {
    const tombstone = recordOf([...open, requested(2, 1), jobDeleted(2)]);
    expect(tombstone).toEqual({
      id: 7,
      uid: UID,
      tenant: 'default',
      revision: 3,
      deleted: true,
      name: '',
      createdAt: at(3),
      changedAt: at(3),
      files: [],
    });
    expect(foldJob(null, ofJob(jobDeleted(2), 3))).toEqual(tombstone);
    expect(recordOf([submitted(1), requested(1)], tombstone)).toEqual({ ...tombstone, revision: 5 });
  });

  it('is none before the submission, and is changed by no second one', () => {
    expect(recordOf([requested(1)])).toBeNull();
    expect(record(...open, submitted(9))).toMatchObject({ files: [file(1)], createdAt: at(0) });
  });
});

describe('the view of a job', () => {
  const tally = { ...emptyTally, completed: 1, started: true };

  it('has the status that its executions add up to, and the time of the last change', () => {
    const own = record(...open);
    expect(viewOf(own, { tally, changedAt: at(30) })).toEqual({
      ...own,
      status: 'completed',
      tally,
      updatedAt: at(30),
    });
    expect(viewOf(own, { tally, changedAt: at(0) }).updatedAt).toBe(at(1));
    expect(viewOf(own, { tally: emptyTally, changedAt: null }).updatedAt).toBe(at(1));
  });

  it('shows nothing of the executions of a deleted job', () =>
    expect(viewOf(record(...open, jobDeleted()), { tally, changedAt: at(30) })).toMatchObject({
      status: 'failed',
      tally: emptyTally,
      updatedAt: at(2),
    }));
});
