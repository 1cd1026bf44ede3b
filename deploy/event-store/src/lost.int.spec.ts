import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, EventStoreUnavailableError } from '@inkstream/event-store';
import { createProjection } from '@inkstream/projection';
import { type Backends, closeBackends, openBackends, silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listLost } from './lost.ts';
import { fileKey, jobsIn, resultKey, uidOf } from './spec-support/jobs.ts';
import { logs } from './spec-support/logs.ts';

const log = silentLogger();
const OTHER = uidOf(999);

describe.each(Object.keys(logs))('what %s lost, since it is an older backup', (kind) => {
  let folder: string;
  /** With the log that was lost, which the documents are of. */
  let backends: Backends;
  let restored: EventStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-lost-'));
    backends = await openBackends({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, log);
    ({ store: restored, close } = await logs[kind]!(folder));
  });
  afterEach(async () => {
    await close();
    await closeBackends(backends);
    await rm(folder, { recursive: true });
  });
  const project = async () => {
    const projection = await createProjection({ ...backends, log });
    await projection.rebuild();
    await projection.close();
  };
  const list = async (eventStore = restored) => {
    const lines: string[][] = [];
    const count = await listLost({ ...backends, eventStore }, (line) => lines.push(line.split('\t')));
    expect(count).toBe(lines.length);
    for (const [what, , , , tenant, at] of lines)
      expect([what, tenant, at]).toEqual([what, 'default', expect.stringMatching(/Z$/)]);
    return lines.map(([what, id, executionId, uid, , , ...rest]) => [what, id, executionId, uid, ...rest]);
  };

  it('is listed with ids, names and what is left of the bytes: jobs, executions, outcomes, deletions', async () => {
    const [before, now] = [jobsIn(backends.eventStore), jobsIn(restored)];
    const names = ['lunch.png', 'dinner\u001b[2J\t.png'];
    for (const jobs of [before, now]) {
      for (const id of [1, 2, 3, 4]) await jobs.submit(id, names);
      await jobs.complete(1);
    }
    await before.deleteJob(2);
    await before.complete(3);
    await before.requestAgain(3, 'other');
    await before.deleteFile(4, 2);
    await before.submit(5, names);
    await before.submit(6);
    await before.submit(7);
    await before.deleteJob(7);
    await now.submit(5, ['bob.png'], OTHER);
    await project();
    for (const key of [fileKey(uidOf(5), 2), fileKey(OTHER, 1), resultKey(uidOf(3), 1)])
      await backends.objects.put(key, Buffer.from('x'));

    expect(await list()).toEqual([
      ['deletion', '2', '-', uidOf(2), 'lunch.png, dinner [2J .png', 'the whole job is back'],
      ['outcome', '3', '1', uidOf(3), 'lunch.png by words', 'completed, its result is there'],
      ['execution', '3', '3', uidOf(3), 'lunch.png by other', 'pending, no result is there'],
      ['deletion', '4', '-', uidOf(4), 'dinner [2J .png', 'files are back'],
      ['job', '5', '-', uidOf(5), 'lunch.png, dinner [2J .png', '1 of 2 files are there'],
      ['job', '6', '-', uidOf(6), '6.png', '0 of 1 files are there'],
    ]);
    // Nobody's upload is refused for it: no stream was closed.
    await now.submit(6);
    expect((await list()).map(([what, id]) => `${what} ${id}`)).not.toContain('job 6');
  });

  it('is told of all jobs in their order, however many there are, and nothing where the log has all', async () => {
    for (const jobs of [jobsIn(backends.eventStore), jobsIn(restored)]) await jobs.submit(1);
    await project();
    expect(await list()).toEqual([]);
    const ids = Array.from({ length: 105 }, (_, index) => index + 2);
    await Promise.all(ids.map((id) => jobsIn(backends.eventStore).submit(id)));
    await project();
    expect((await list()).map(([, id]) => Number(id))).toEqual(ids);
  });

  it('is not told by a log that takes no append, which may show less than there is', async () => {
    await jobsIn(backends.eventStore).submit(1);
    await project();
    const ping = () => Promise.reject(new EventStoreUnavailableError('cut off'));
    const read = restored.read.bind(restored);
    await expect(list({ ...restored, read, ping })).rejects.toThrow('cut off');
  });
});
