import { randomUUID } from 'node:crypto';
import type { EventStore, Position } from '@inkstream/event-store';
import { z } from 'zod';

const STREAM = 'housekeeper-scavenge';
const TRUNCATE_EVERY = 100;

const schema = z.object({
  /** The log has been searched for deletions up to here; null: not at all. */
  searched: z.string().nullable(),
  /** A deletion was found that no scavenge has been for yet. */
  pending: z.boolean(),
  /** The last scavenge: when it began, in ms since 1970, and the copies of the log that it has been through. */
  round: z.object({ beganAt: z.number(), done: z.array(z.string()) }).nullable(),
});

/** What the housekeepers share, whichever of them is active. */
export type Progress = z.output<typeof schema> & { readonly searched: Position | null };

const NOTHING: Progress = { searched: null, pending: false, round: null };

/** The last event of a stream in the event store itself, so that no other store may tell another story. */
export async function loadProgress(store: Pick<EventStore, 'read'>): Promise<Progress> {
  for await (const { data } of store.read(STREAM, { direction: 'backwards', limit: 1 }))
    return schema.parse(data);
  return NOTHING;
}

export async function saveProgress(
  store: Pick<EventStore, 'append' | 'truncate'>,
  progress: Progress,
): Promise<void> {
  const event = { id: randomUUID(), type: 'ScavengeProgressed', data: progress, metadata: {} };
  const { revision } = await store.append(STREAM, [event], { expected: 'any' });
  if (revision > 0 && revision % TRUNCATE_EVERY === 0) await store.truncate(STREAM, revision);
}
