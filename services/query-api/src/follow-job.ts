import type { EventStore } from '@inkstream/event-store';
import type { WholeJob } from '@inkstream/job-store';
import { whatFollowed } from './current-job.ts';
import { type Changed, changedBy, isOver } from './live-job.ts';
import type { News, Subscription } from './subscription.ts';

/**
 * What a follower hears: a change; that executions with these ids made progress; null if there was no event for long.
 */
export type Heard = Changed | { readonly further: ReadonlySet<number> } | null;

/** The job after each of these events, those it knows left out; undefined if others are missing. */
function told(before: WholeJob, { events, missed }: News): Changed[] | undefined {
  if (missed) return undefined;
  const changes: Changed[] = [];
  let whole = before;
  for (const event of events) {
    const changed = changedBy(whole, event, 'told');
    if (changed === 'gap') return undefined;
    if (changed === 'known') continue;
    changes.push(changed);
    whole = changed.whole;
  }
  return changes;
}

/**
 * Each change that follows `current`, and progress, until the job is over or the subscription is closed; null when no
 * event came for `quietMs`, after which the streams are read whatever the feed says.
 */
export async function* followJob(
  store: EventStore,
  current: WholeJob,
  subscription: Subscription,
  quietMs: number,
): AsyncGenerator<Heard> {
  for (let last = current; !isOver(last); ) {
    const news = await subscription.wait(quietMs);
    if (subscription.closed) return;
    const { further } = news;
    const quiet = news.events.length === 0 && further.size === 0;
    const changes = (quiet ? undefined : told(last, news)) ?? (await whatFollowed(store, last)) ?? [];
    yield* changes;
    if (quiet && changes.length === 0) yield null;
    if (further.size > 0) yield { further };
    last = changes.at(-1)?.whole ?? last;
  }
}
