import { randomUUID } from 'node:crypto';
import type { EventStore, JsonObject, Position } from './event-store.ts';

const TRUNCATE_EVERY = 100;
/** How many checkpoints are kept at least, for a reader that has to go back further than to the last one. */
const KEPT = 50;
const streamOf = (name: string) => `checkpoint-${name}`;

/**
 * How far a subscription had got at a time; undefined at the start of the log. What else it recorded then is its own.
 */
export interface Checkpoint {
  readonly position: Position | undefined;
  readonly notes: JsonObject;
}

/** How far the subscription of this name had got, the last checkpoint first, as far back as they are kept. */
export async function* checkpoints(store: EventStore, name: string): AsyncGenerator<Checkpoint> {
  for await (const { data } of store.read(streamOf(name), { direction: 'backwards' })) {
    const { position, ...notes } = data;
    yield { position: typeof position === 'string' ? position : undefined, notes };
  }
}

/** Saves how far the subscription of this name is, in the store itself; old checkpoints are truncated. */
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
