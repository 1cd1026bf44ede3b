import { setTimeout } from 'node:timers/promises';
import { executionStream, jobStream, LaterReleaseError, type RecordedDomainEvent } from '@inkstream/domain';
import { StaleReadError } from '@inkstream/event-store';
import { DocumentRefusedError, type Documents } from '@inkstream/read-model';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { project } from './project.ts';
import {
  act,
  addJob,
  documentsOf,
  onExecution,
  onJob,
  openTestBackends,
  remove,
  request,
  submission,
  TestRelay,
  truthOf,
} from './spec-support/jobs.ts';

const start = { type: 'StartExecution', attempt: 1, worker: 'w' } as const;

describe('projecting events', () => {
  let backends: Awaited<ReturnType<typeof openTestBackends>>;
  let relay: TestRelay;
  beforeEach(async () => {
    backends = await openTestBackends();
    relay = new TestRelay(backends.eventStore);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await backends.remove();
  });
  const projectAll = (events: readonly RecordedDomainEvent[], documents: Documents = backends.readModel) =>
    project(documents, backends.eventStore, events);
  const expectTruth = async (...ids: number[]) => {
    for (const id of ids)
      expect(await documentsOf(backends.readModel, id)).toEqual(await truthOf(backends.eventStore, id));
  };

  it('makes the same documents of any batches of the events in any order, repeated ones included, deletions too', async () => {
    const { eventStore, readModel } = backends;
    const actions = fc.array(fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 10_000 })), { maxLength: 25 });
    let id = 0;
    await fc.assert(
      fc.asyncProperty(actions, fc.infiniteStream(fc.nat()), async (drawn, random) => {
        const next = () => random.next().value;
        const ids = [++id, ++id];
        for (const one of ids) await onJob(eventStore, one, submission(one));
        // Truncations come between, so that what is gone by the end has been published before.
        const events: RecordedDomainEvent[] = [];
        for (const [which, choice] of drawn) {
          events.push(...(await relay.takeEvents()));
          await act(eventStore, ids[which]!, choice);
        }
        events.push(...(await relay.takeEvents()));
        const shuffled = events
          .flatMap((event) => (next() % 3 ? [event] : [event, event]))
          .map((event) => ({ event, at: next() }))
          .sort((a, b) => a.at - b.at);
        for (const batch of Map.groupBy(shuffled, () => next() % 4).values()) {
          const { failures } = await projectAll(batch.map(({ event }) => event));
          expect([...failures.values()]).toEqual([]);
        }
        for (const one of ids)
          expect(await documentsOf(readModel, one)).toEqual(await truthOf(eventStore, one));
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('ends right if several projections work at once', async () => {
    const { eventStore, readModel } = backends;
    await onJob(eventStore, 1, submission(1, 12));
    const ids = Array.from({ length: 12 }, (_, n) => n + 1);
    for (const id of ids) await onExecution(eventStore, 1, id, start);
    await remove(eventStore, 1, 3);
    const events = await relay.takeEvents();
    const dealt = [...Map.groupBy(events.entries(), ([n]) => n % 4).values()];
    const done = await Promise.all(dealt.map((own) => projectAll(own.map(([, event]) => event))));
    expect(done.flatMap(({ failures }) => [...failures.values()])).toEqual([]);
    await expectTruth(1);
    expect((await readModel.summarise([1])).get(1)?.tally).toMatchObject({ running: 11, cancelled: 1 });
  });

  it('finds each execution of a job though another writer adds it while its documents are read', async () => {
    await onJob(backends.eventStore, 1, submission(1));
    const requests = await relay.takeEvents();
    await onExecution(backends.eventStore, 1, 1, start);
    const [started] = await relay.takeEvents();
    const added = Promise.withResolvers<void>();
    let once = true;
    const raced: Documents = {
      ...backends.readModel,
      async getJobs(ids) {
        // The executions are read meanwhile, if they are.
        await Promise.race([added.promise, setTimeout(200)]);
        return backends.readModel.getJobs(ids);
      },
      async getExecutions(keys) {
        const found = await backends.readModel.getExecutions(keys);
        if (once) await projectAll(requests);
        once = false;
        added.resolve();
        return found;
      },
    };
    const { failures } = await projectAll([started!], raced);
    expect([...failures.values()]).toEqual([]);
    await expectTruth(1);
  });

  it('adds an execution that its job has seen, and that is not there since generations switched between the two writes', async () => {
    await onJob(backends.eventStore, 1, submission(1));
    await projectAll(await relay.takeEvents());
    await backends.readModel.dropExecutions([1]);
    for (const id of [1, 2]) await onExecution(backends.eventStore, 1, id, start);
    const { failures } = await projectAll(await relay.takeEvents());
    expect([...failures.values()]).toEqual([]);
    await expectTruth(1);
  });

  it('counts what another writer wrote between its own two writes', async () => {
    await onJob(backends.eventStore, 1, submission(1));
    const [submitted, ...requests] = await relay.takeEvents();
    await onExecution(backends.eventStore, 1, 1, start);
    await onExecution(backends.eventStore, 1, 2, start);
    const [first, second] = await relay.takeEvents();
    await projectAll([submitted!, ...requests]);
    let once = true;
    const raced: Documents = {
      ...backends.readModel,
      async replaceJobs(replacements) {
        if (once) {
          once = false;
          await projectAll([second!]);
        }
        return backends.readModel.replaceJobs(replacements);
      },
    };
    await projectAll([first!], raced);
    await expectTruth(1);
  });

  it('counts executions whose job could not be written after them, once the message comes again', async () => {
    await onJob(backends.eventStore, 1, submission(1));
    const events = await relay.takeEvents();
    await projectAll(events);
    await onExecution(backends.eventStore, 1, 1, start);
    const [started] = await relay.takeEvents();
    const away = Object.assign(new Error('away'), { transient: true });
    const dying: Documents = { ...backends.readModel, replaceJobs: () => Promise.reject(away) };
    await expect(projectAll([started!], dying)).rejects.toThrow('away');
    await projectAll([started!]);
    await expectTruth(1);
  });

  it('leaves no execution of a job that was deleted while it was at work', async () => {
    await onJob(backends.eventStore, 1, submission(1));
    const events = await relay.takeEvents();
    const late = { ...backends.readModel };
    const raced: Documents = {
      ...late,
      async replaceExecutions(replacements) {
        if (replacements.length > 0 && (await backends.readModel.getJobs([1])).size === 0) {
          await remove(backends.eventStore, 1);
          await projectAll(await relay.takeEvents());
        }
        return backends.readModel.replaceExecutions(replacements);
      },
    };
    await projectAll(events, raced);
    expect(await backends.readModel.executionsOf(1)).toEqual([]);
    await expectTruth(1);
  });

  it('gives up if every race is lost', async () => {
    await onJob(backends.eventStore, 1, submission(1));
    const events = await relay.takeEvents();
    const replaceJobs = vi.fn(async (all: readonly unknown[]) => all.map(() => false));
    const { failures } = await projectAll(events, { ...backends.readModel, replaceJobs });
    expect(failures.size).toBe(events.length);
    expect(replaceJobs.mock.calls.length).toBeLessThan(100);
  });

  it('fails an event that is not in the event store, and no other one, not of its job either', async () => {
    await addJob(backends.eventStore, 1);
    await addJob(backends.eventStore, 2);
    const events = await relay.takeEvents();
    const ofExecution = events.findLast(({ jobId }) => jobId === 1)!;
    const ofJob = events.find(({ jobId }) => jobId === 1)!;
    const stray = [
      { ...ofExecution, revision: 99 },
      { ...ofJob, revision: 99 },
    ];
    const { failures } = await projectAll([...stray, ...events]);
    expect([...failures.keys()]).toEqual(expect.arrayContaining(stray));
    expect([...failures.values()].map((error) => error instanceof StaleReadError)).toEqual([true, true]);
    await expectTruth(1, 2);
  });

  it('takes nothing of another job that had the id before the log was restored', async () => {
    await addJob(backends.eventStore, 1);
    const events = await relay.takeEvents();
    const uid = '01936000-0000-7000-8000-ffffffffffff';
    const lost = events.map((event) =>
      event.type === 'JobSubmitted'
        ? { ...event, uid, data: { ...event.data, uid, name: 'Lost' } }
        : { ...event, uid },
    );
    // Its documents are there: the read model is newer than the event store.
    await projectAll(lost);
    expect((await documentsOf(backends.readModel, 1))?.job.name).toBe('Lost');
    const { failures } = await projectAll(events);
    expect(failures.size).toBe(0);
    await expectTruth(1);
    const again = await projectAll(lost);
    expect(again.failures.size).toBe(lost.length);
    for (const error of again.failures.values()) expect(error).toMatchObject({ reason: 'event_lost' });
    await expectTruth(1);
  });

  describe('if the id of a job was another one’s before the log was restored', () => {
    const LOST = '01936000-0000-7000-8000-ffffffffffff';
    const asOfLost = (event: RecordedDomainEvent): RecordedDomainEvent =>
      event.type === 'JobSubmitted'
        ? { ...event, uid: LOST, data: { ...event.data, uid: LOST, name: 'Lost' } }
        : { ...event, uid: LOST };
    /** The events of the job that was lost, of three files; then of the one that there is, of two files. */
    const both = async () => {
      const lostLog = await openTestBackends();
      await onJob(lostLog.eventStore, 1, submission(1, 3));
      const lost = (await new TestRelay(lostLog.eventStore).takeEvents()).map(asOfLost);
      await lostLog.remove();
      await onJob(backends.eventStore, 1, submission(1, 2));
      await onExecution(backends.eventStore, 1, 1, start);
      return { lost, events: await relay.takeEvents() };
    };
    const expectLost = async (events: readonly RecordedDomainEvent[], documents?: Documents) => {
      const { failures } = await projectAll(events, documents);
      expect(new Set(failures.keys())).toEqual(new Set(events));
      for (const error of failures.values()) expect(error).toMatchObject({ reason: 'event_lost' });
    };

    it('leaves nothing of that one, though a projection that is late writes it meanwhile', async () => {
      const { lost, events } = await both();
      let once = true;
      const late: Documents = {
        ...backends.readModel,
        async replaceExecutions(replacements) {
          if (once) await projectAll(events);
          once = false;
          return backends.readModel.replaceExecutions(replacements);
        },
      };
      await expectLost(lost, late);
      await expectTruth(1);
    });

    it('keeps what another projection writes meanwhile that finds that one’s documents too', async () => {
      const { lost, events } = await both();
      await projectAll(lost);
      let once = true;
      const late: Documents = {
        ...backends.readModel,
        async dropExecutions(...dropped) {
          if (once) await projectAll(events);
          once = false;
          return backends.readModel.dropExecutions(...dropped);
        },
      };
      const { failures } = await projectAll(events.slice(0, 1), late);
      expect(failures.size).toBe(0);
      await expectTruth(1);
    });

    it('leaves nothing of that one, though a projection died that had written its executions', async () => {
      const { lost, events } = await both();
      const away = Object.assign(new Error('away'), { transient: true });
      const dying: Documents = { ...backends.readModel, replaceJobs: () => Promise.reject(away) };
      await expect(projectAll(lost, dying)).rejects.toThrow('away');
      expect(await backends.readModel.executionsOf(1)).toHaveLength(3);
      expect((await projectAll(events)).failures.size).toBe(0);
      // The message comes again.
      await expectLost(lost);
      await expectTruth(1);
    });

    it('makes no document of both, though messages of that one are missing', async () => {
      const { lost, events } = await both();
      await request(backends.eventStore, 1, 'c');
      await request(backends.eventStore, 1, 'd');
      await projectAll(lost);
      const later = { ...lost.at(-1)!, revision: 5 };
      await expectLost([later]);
      expect((await projectAll([...events, ...(await relay.takeEvents())])).failures.size).toBe(0);
      await expectTruth(1);
    });
  });

  it('asks the event store for nothing if no event is missing, repeated ones included', async () => {
    await addJob(backends.eventStore, 1);
    const events = await relay.takeEvents();
    const read = vi.spyOn(backends.eventStore, 'read');
    await projectAll([...events, ...events]);
    await projectAll(events);
    expect(read).not.toHaveBeenCalled();
    await expectTruth(1);
  });

  it('writes nothing for events that are in the documents', async () => {
    await addJob(backends.eventStore, 1);
    const events = await relay.takeEvents();
    expect((await projectAll(events)).changes).toHaveLength(1);
    const before = await backends.readModel.getJobs([1]);
    expect((await projectAll(events)).changes).toEqual([]);
    expect(await backends.readModel.getJobs([1])).toEqual(before);
  });

  it('finds the request of an execution whose event comes first', async () => {
    await addJob(backends.eventStore, 1);
    await request(backends.eventStore, 1, 'late');
    await onExecution(backends.eventStore, 1, 3, start);
    const events = await relay.takeEvents();
    const { failures } = await projectAll(events.slice(-1));
    expect(failures.size).toBe(0);
    const ids = (await backends.readModel.executionsOf(1)).map(({ view }) => [view.id, view.revision]);
    expect(ids).toEqual([
      [1, -1],
      [2, -1],
      [3, 0],
    ]);
    await projectAll(events);
    await expectTruth(1);
  });

  it('waits for the request of an execution that the store does not show yet', async () => {
    await addJob(backends.eventStore, 1);
    const last = (await relay.takeEvents()).at(-1)!;
    const read = backends.eventStore.read.bind(backends.eventStore);
    vi.spyOn(backends.eventStore, 'read').mockImplementation((stream, options) =>
      stream === jobStream(1) ? read('none', {}) : read(stream, options),
    );
    const { failures } = await projectAll([last]);
    expect(failures.get(last)).toBeInstanceOf(StaleReadError);
    expect(await documentsOf(backends.readModel, 1)).toBeNull();
  });

  it('writes all others of a batch if the store refuses one document, whatever it says', async () => {
    const { eventStore, readModel } = backends;
    for (const id of [1, 2, 3, 4, 5]) await addJob(eventStore, id);
    const events = await relay.takeEvents();
    for (const refusal of [new DocumentRefusedError([3]), new Error('BSON')]) {
      const picky: Documents = {
        ...readModel,
        async replaceJobs(replacements) {
          const others = replacements.filter(({ view }) => view.id !== 3);
          if (others.length === replacements.length) return readModel.replaceJobs(replacements);
          if (refusal instanceof DocumentRefusedError) await readModel.replaceJobs(others);
          throw refusal;
        },
      };
      const { failures } = await projectAll(events, picky);
      expect(new Set([...failures.keys()].map(({ jobId }) => jobId))).toEqual(new Set([3]));
      expect(new Set(failures.values())).toEqual(new Set([refusal]));
      await expectTruth(1, 2, 4, 5);
      expect(await readModel.getJobs([3])).toEqual(new Map());
    }
  });

  it('fails an event behind one that a later release wrote, and no other', async () => {
    await onJob(backends.eventStore, 1, submission(1));
    await onExecution(backends.eventStore, 1, 1, start);
    await onExecution(backends.eventStore, 1, 2, start);
    const events = await relay.takeEvents();
    const later = {
      id: crypto.randomUUID(),
      type: 'ReceiptSigned',
      data: {},
      metadata: { schemaVersion: 1 },
    };
    await backends.eventStore.append(executionStream({ jobId: 1, executionId: 1 }), [later], {
      expected: 'any',
    });
    const ofFirst = events.find((event) => 'executionId' in event && event.executionId === 1)!;
    const behind = { ...ofFirst, revision: 2 };
    const { failures } = await projectAll([...events, behind]);
    expect([...failures]).toEqual([[behind, expect.any(LaterReleaseError)]]);
    const statuses = (await backends.readModel.executionsOf(1)).map(({ view }) => view.status);
    expect(statuses).toEqual(['running', 'running']);
  });
});
