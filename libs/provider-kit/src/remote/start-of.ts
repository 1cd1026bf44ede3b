import type { ExecutionState } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { readExecutionEvents } from '@inkstream/job-store';
import { idsOf, type Request } from '../request.ts';

/** Who began an attempt, and when: ms since 1970, by the store's clock. */
export interface Start {
  readonly worker: string;
  readonly at: number;
}

/** How an attempt began, by default the latest one; null if there is none yet. */
export async function startOf(
  store: EventStore,
  request: Request,
  { attempt: latest }: ExecutionState,
  attempt = latest,
): Promise<Start | null> {
  if (latest === 0) return null;
  for await (const event of readExecutionEvents(store, idsOf(request)))
    if (event.uid === request.uid && event.type === 'ExecutionStarted' && event.data.attempt === attempt)
      return { worker: event.data.worker, at: Date.parse(event.recordedAt) };
  return null;
}
