import { randomUUID } from 'node:crypto';
import type { EventStore, JsonObject, Position } from './event-store.ts';

const TRUNCATE_EVERY = 100;
/** So many checkpoints stay at least, for who has to go back further than to the last one. */
const KEPT = 50;
const streamOf = (name: string) => `checkpoint-${name}`;

/** Where a subscription stood at a time; undefined before everything. What else it noted then is its own. */
export interface Checkpoint {
  readonly position: Position | undefined;
  readonly notes: JsonObject;
}

/** Where the subscription of this name stood, the last checkpoint first, as far back as they are kept. */
export async function* checkpoints(store: EventStore, name: string): AsyncGenerator<Checkpoint> {
  for await (const { data } of store.read(streamOf(name), { direction: 'backwards' })) {
    const { position, ...notes } = data;
    yield { position: typeof position === 'string' ? position : undefined, notes };
  }
}

/** Remembers where the subscription of this name stands, in the store itself; old checkpoints are truncated. */
export async function saveCheckpoint(
  store: EventStore,
  name: string,
  position: Position | undefined,
  notes: JsonObject = {},
): Promise<void> {
  const data = { ...notes, position: position ?? null };
  const event = { id: randomUUID(), type: 'CheckpointReached', data, metadata: {} };
  const { revision } = await store.append(streamOf(name), [event], { expected: 'any' });
  if (revision > KEPT && revision % TRUNCATE_EVERY === 0)
    await store.truncate(streamOf(name), revision - KEPT);
}
