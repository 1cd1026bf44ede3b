import { fold, type JobView, type RecordedJobEvent } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { readJobEvents } from '@inkstream/job-store';
import type { Subscription } from './subscription.ts';

/** Whether the job goes on only if somebody asks for another execution. */
export const isOver = ({ deleted, status }: JobView): boolean =>
  deleted || status === 'completed' || status === 'failed';

/** The job after each of the events that follow `view`; after each of all, where it is null. */
export async function viewsAfter(store: EventStore, id: number, view: JobView | null): Promise<JobView[]> {
  const views: JobView[] = [];
  let last = view;
  for await (const event of readJobEvents(store, id, { from: view ? view.revision + 1 : 0 })) {
    last = fold(last, event);
    if (last) views.push(last);
  }
  return views;
}

/**
 * The job after each of these events, those it knows left out; undefined where the stream has to tell: one is missing,
 * or one is a cancellation, which the deletion that it belongs to follows in the same append.
 */
function viewsWith(view: JobView, events: readonly RecordedJobEvent[]): JobView[] | undefined {
  const views: JobView[] = [];
  let last = view;
  for (const event of events) {
    if (event.revision <= last.revision) continue;
    if (event.revision !== last.revision + 1 || event.type === 'ExecutionCancelled') return undefined;
    last = fold(last, event) ?? last;
    views.push(last);
  }
  return views;
}

/**
 * The job after each event that follows `current`, until it is over or the subscription is closed; null when nothing
 * came for `quietMs`, after which the stream is read whatever the feed says.
 */
export async function* followJob(
  store: EventStore,
  current: JobView,
  subscription: Subscription,
  quietMs: number,
): AsyncGenerator<JobView | null> {
  for (let last = current; !isOver(last); ) {
    const news = await subscription.wait(quietMs);
    if (subscription.closed) return;
    const quiet = news.length === 0;
    const told = quiet ? undefined : viewsWith(last, news);
    const views = told ?? (await viewsAfter(store, last.id, last));
    yield* views;
    if (quiet && views.length === 0) yield null;
    last = views.at(-1) ?? last;
  }
}
