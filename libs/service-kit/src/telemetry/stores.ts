import type { EventStore } from '@inkstream/event-store';
import type { ObjectStore } from '@inkstream/object-store';
import type { Documents, ReadModel } from '@inkstream/read-model';
import { CALL_BUCKETS_S, secondsHistogram } from './histograms.ts';
import { TimedCalls } from './timed-calls.ts';
import { withOverrides } from './with-overrides.ts';

/** Calls of a database, which `db.system.name` names; `inkstream.store` says which of ours it is. */
function databaseCalls(store: 'event_store' | 'read_model', system: string): TimedCalls {
  return new TimedCalls({
    duration: secondsHistogram('db.client.operation.duration', 'Calls of databases', CALL_BUCKETS_S),
    target: store,
    attributesOf: (operation) => ({
      'db.system.name': system,
      'db.operation.name': operation,
      'inkstream.store': store,
    }),
  });
}

/** The store, whose calls are measured, and are spans within a trace; subscriptions, which do not end, are not. */
export function instrumentEventStore(store: EventStore, system: string): EventStore {
  const calls = databaseCalls('event_store', system);
  return withOverrides(store, {
    append: (...args) => calls.call('append', () => store.append(...args)),
    read: (...args) => calls.read('read', store.read(...args)),
    truncate: (...args) => calls.call('truncate', () => store.truncate(...args)),
  });
}

function instrumentDocuments<Set extends Documents>(
  of: Set,
  calls: TimedCalls,
  more: Partial<Set> = {},
): Set {
  const documents: Documents = {
    getJobs: (ids) => calls.call('getJobs', () => of.getJobs(ids)),
    getExecutions: (keys) => calls.call('getExecutions', () => of.getExecutions(keys)),
    executionsOf: (jobId) => calls.call('executionsOf', () => of.executionsOf(jobId)),
    summarise: (jobIds) => calls.call('summarise', () => of.summarise(jobIds)),
    replaceJobs: (jobs) => calls.call('replaceJobs', () => of.replaceJobs(jobs)),
    replaceExecutions: (all) => calls.call('replaceExecutions', () => of.replaceExecutions(all)),
    dropExecutions: (...args) => calls.call('dropExecutions', () => of.dropExecutions(...args)),
  };
  return withOverrides(of, { ...documents, ...more });
}

/** The read model, whose calls are measured, and are spans within a trace; those of a generation in the making too. */
export function instrumentReadModel(model: ReadModel, system: string): ReadModel {
  const calls = databaseCalls('read_model', system);
  return instrumentDocuments(model, calls, {
    listJobs: (query) => calls.call('listJobs', () => model.listJobs(query)),
    listExecutions: (query) => calls.call('listExecutions', () => model.listExecutions(query)),
    unfinishedExecutions: (...args) =>
      calls.call('unfinishedExecutions', () => model.unfinishedExecutions(...args)),
    allJobs: () => calls.read('allJobs', model.allJobs()),
    async startGeneration() {
      const generation = await calls.call('startGeneration', () => model.startGeneration());
      return instrumentDocuments(generation, calls, {
        activate: () => calls.call('activate', () => generation.activate()),
        discard: () => calls.call('discard', () => generation.discard()),
      });
    },
  });
}

/**
 * The store, whose calls are measured, and are spans within a trace. A put lasts as long as its body, at the pace of who
 * sends it; a get until its first bytes can be read.
 */
export function instrumentObjectStore(store: ObjectStore, system: string): ObjectStore {
  const calls = new TimedCalls({
    duration: secondsHistogram(
      'inkstream.object_store.operation.duration',
      'Calls of the object store: a put until it is durable, a get until it can be read',
      [...CALL_BUCKETS_S, 60],
    ),
    target: 'object_store',
    attributesOf: (operation) => ({ operation, system }),
  });
  return withOverrides(store, {
    put: (...args) => calls.call('put', () => store.put(...args)),
    get: (...args) => calls.call('get', () => store.get(...args)),
    delete: (key) => calls.call('delete', () => store.delete(key)),
    deletePrefix: (prefix) => calls.call('deletePrefix', () => store.deletePrefix(prefix)),
    list: (prefix) => calls.read('list', store.list(prefix)),
    sweepUnfinished: (before) => calls.call('sweepUnfinished', () => store.sweepUnfinished(before)),
  });
}
