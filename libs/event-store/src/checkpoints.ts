import { randomUUID } from 'node:crypto';
import type { EventStore, Position } from './event-store.ts';

const TRUNCATE_EVERY = 100;
const streamOf = (name: string) => `checkpoint-${name}`;

/** Where the subscription of this name stands, undefined before its first checkpoint. */
export async function loadCheckpoint(store: EventStore, name: string): Promise<Position | undefined> {
  for await (const event of store.read(streamOf(name), { direction: 'backwards', limit: 1 })) {
    return event.data.position as Position;
  }
  return undefined;
}

/** Remembers where the subscription of this name stands, in the store itself; old checkpoints are truncated. */
export async function saveCheckpoint(store: EventStore, name: string, position: Position): Promise<void> {
  const event = { id: randomUUID(), type: 'CheckpointReached', data: { position }, metadata: {} };
  const { revision } = await store.append(streamOf(name), [event], { expected: 'any' });
  if (revision > 0 && revision % TRUNCATE_EVERY === 0) await store.truncate(streamOf(name), revision);
}
