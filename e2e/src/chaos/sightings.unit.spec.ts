import { beforeEach, describe, expect, it } from 'vitest';
import { Sightings } from './sightings.ts';

let sightings: Sightings;
beforeEach(() => {
  sightings = new Sightings();
});
const read = () => sightings.before(7, 'GET');

describe('a read', () => {
  it('may go on from what was read before', () => {
    read()({ executions: new Map([[1, 'pending']]) });
    read()({ executions: new Map([[1, 'running']]) });
    // Before its next attempt.
    read()({ executions: new Map([[1, 'pending']]) });
    read()({ changes: 3 });
    read()({
      executions: new Map([
        [1, 'completed'],
        [2, 'pending'],
      ]),
    });
    read()(null);
    read()(null);
    expect(sightings.backwards).toEqual([]);
    expect(sightings.count).toBe(7);
  });

  it('may be older than one that came after it was asked', () => {
    const slow = read();
    read()({ executions: new Map([[1, 'completed']]), changes: 5 });
    slow({ executions: new Map([[1, 'running']]), changes: 4 });
    expect(sightings.backwards).toEqual([]);
  });

  it('goes back if an end is undone, an execution is missing, a change is forgotten, or a job comes back', () => {
    read()({ executions: new Map([[1, 'completed']]), changes: 5 });
    read()({ executions: new Map([[1, 'running']]) });
    read()({ executions: new Map() });
    read()({ changes: 4 });
    read()(null);
    read()({ changes: 5 });
    expect(sightings.backwards).toEqual([
      'GET of job 7: execution 1 is running after completed',
      'GET of job 7: execution 1 is gone',
      'GET of job 7: 4 changes after 5',
      'GET of job 7: is there again',
    ]);
  });
});
