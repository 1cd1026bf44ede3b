import { fold, type JobView, type RecordedJobEvent } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { readJobEvents } from '@inkstream/job-store';
import type { Documents } from '@inkstream/read-model';
import { EventLostError } from '@inkstream/service-kit';

/** Each lost race means that another writer got on, so there are never many. */
const MAX_RACES = 20;

interface Projected {
  /** How many documents were not there before. */
  readonly added: number;
  /** What went wrong, by the id of the job that it went wrong with. */
  readonly failures: ReadonlyMap<number, unknown>;
}

/**
 * The view with these events of the same job in it: all of them, or as many as came before a failure. What is
 * missing between them is read from the stream; with `ahead`, what follows them too.
 */
async function advance(
  store: EventStore,
  before: JobView | null,
  events: readonly RecordedJobEvent[],
  ahead: boolean,
): Promise<{ view: JobView | null; failure?: unknown }> {
  let view = before;
  try {
    for (const event of events.toSorted((a, b) => a.revision - b.revision)) {
      const next = view ? view.revision + 1 : 0;
      if (event.revision < next) continue;
      if (event.revision === next && !ahead) {
        view = fold(view, event);
        continue;
      }
      const stream = readJobEvents(store, event.jobId, { from: next, atLeast: event.revision });
      for await (const missing of stream) view = fold(view, missing);
      if (!view || view.revision < event.revision) throw new EventLostError(event);
    }
  } catch (failure) {
    return { view, failure };
  }
  return { view };
}

/**
 * Brings the documents of the events' jobs to these events at least, whatever the order they come in, and however
 * often: a document is written over the revision that it follows only, and where somebody else was faster it is
 * read and tried again. A job that fails leaves the others alone.
 *
 * With `ahead` each job is brought to the end of its stream: one write in place of several where more of its events
 * are on their way, which then find nothing to do.
 */
export async function project(
  documents: Documents,
  store: EventStore,
  events: readonly RecordedJobEvent[],
  { ahead = false }: { ahead?: boolean } = {},
): Promise<Projected> {
  const failures = new Map<number, unknown>();
  let added = 0;
  let pending = Map.groupBy(events, ({ jobId }) => jobId);
  for (let races = 0; pending.size > 0 && races < MAX_RACES; races++) {
    const current = await documents.get([...pending.keys()]);
    const advanced = await Promise.all(
      [...pending].map(async ([id, jobEvents]) => {
        const before = current.get(id) ?? null;
        const { view, failure } = await advance(store, before, jobEvents, ahead);
        if (failure !== undefined) failures.set(id, failure);
        return view && view !== before ? [{ view, over: before?.revision ?? null }] : [];
      }),
    );
    const replacements = advanced.flat();
    const written = await documents.replace(replacements);
    added += replacements.filter(({ over }, index) => over === null && written[index]).length;
    const lost = new Set(replacements.filter((_, index) => !written[index]).map(({ view }) => view.id));
    pending = new Map([...pending].filter(([id]) => lost.has(id)));
  }
  for (const id of pending.keys()) failures.set(id, new Error(`Job ${id} lost ${MAX_RACES} races`));
  return { added, failures };
}
