import { fold, type JobView } from '@inkstream/domain';
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
    const woken = await subscription.wait(quietMs);
    if (subscription.closed) return;
    const views = await viewsAfter(store, last.id, last);
    yield* views;
    if (!woken && views.length === 0) yield null;
    last = views.at(-1) ?? last;
  }
}
