import { JOB_STREAM_PREFIX, type RecordedJobEvent, UnknownEventError } from '@inkstream/domain';
import { type EventStore, isFence, type Position } from '@inkstream/event-store';
import { fromStored } from '@inkstream/job-store';
import type { Documents, ReadModel } from '@inkstream/read-model';
import type { Logger } from '@inkstream/service-kit';
import { project } from './project.ts';

/** Some milliseconds of an embedded read model, which must not hold the event loop for long. */
const BATCH_EVENTS = 200;

/** There is a rebuild under way already. */
export class RebuildRunningError extends Error {
  override readonly name = 'RebuildRunningError';
}

interface RebuildDeps {
  readonly eventStore: EventStore;
  readonly readModel: ReadModel;
  readonly log: Logger;
}

/** Folds the log after a position into the documents, until there is nothing more to read. */
async function foldLog(
  { eventStore, log }: RebuildDeps,
  documents: Documents,
  after: Position | undefined,
  signal: AbortSignal,
): Promise<{ position: Position | undefined; added: number }> {
  let events: RecordedJobEvent[] = [];
  let added = 0;
  const flush = async () => {
    const projected = await project(documents, eventStore, events);
    events = [];
    added += projected.added;
    for (const [job, err] of projected.failures) {
      if (!(err instanceof UnknownEventError)) throw err;
      log.error({ err, job }, 'A job can only be projected up to an event that is unknown');
    }
  };

  for await (const step of eventStore.subscribe({ streamPrefix: JOB_STREAM_PREFIX, after, signal })) {
    if (step.event && !isFence(step.event)) {
      try {
        events.push(fromStored(step.event));
      } catch (err) {
        log.error({ err, position: step.position }, 'An unknown event is left out');
      }
    }
    if (events.length >= BATCH_EVENTS || step.caughtUp) await flush();
    if (step.caughtUp) return { position: step.position, added };
  }
  signal.throwIfAborted();
  throw new Error('The subscription to the event store ended');
}

/**
 * Makes all documents anew from the event store, while those that are there serve, then puts them in their place.
 *
 * What is projected into the old documents while the new ones take their place is read from the log once more
 * afterwards. Until that is done, some milliseconds, a document may be older than it was; where the process dies
 * just then, the rebuild has to be run again.
 */
export async function rebuild(deps: RebuildDeps, signal: AbortSignal): Promise<{ jobs: number }> {
  const generation = await deps.readModel.startGeneration();
  try {
    const whole = await foldLog(deps, generation, undefined, signal);
    // The second pass is short, so that little is left to catch up once the documents are switched.
    const recent = await foldLog(deps, generation, whole.position, signal);
    await generation.activate();
    const last = await foldLog(deps, deps.readModel, recent.position, signal);
    return { jobs: whole.added + recent.added + last.added };
  } catch (error) {
    await generation.discard().catch((err) => deps.log.warn({ err }, 'A rebuild left its documents behind'));
    throw error;
  }
}
