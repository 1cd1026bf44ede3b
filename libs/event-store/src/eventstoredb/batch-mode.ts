import type { EventStoreDBClient } from '@eventstore/db-client';
import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';

let holder: object | undefined;

/**
 * Lets one opened store of the process append in the client's batch mode, the faster one; the others append in the
 * classic mode until it is closed. The client keeps the pending batch appends of all connections in one map: the
 * death of one connection rejects the appends of every other, whose answers then end the process, since nobody is
 * there for them any more.
 */
export function claimBatchMode(owner: object): boolean {
  holder ??= owner;
  return holder === owner;
}

export function releaseBatchMode(owner: object): void {
  if (holder === owner) holder = undefined;
}

/** Lets the client believe that the server has only the classic append. */
export function inClassicMode(client: EventStoreDBClient): EventStoreDBClient {
  Object.assign(client, { supports: () => Promise.resolve(false) });
  return client;
}

/** Whether the client's next append goes in a batch: what the client itself asks before each, and keeps the answer. */
export function appendsInBatches(client: EventStoreDBClient): Promise<boolean> {
  const supports: (method: object) => Promise<boolean> = Reflect.get(client, 'supports');
  return supports(streams.StreamsService.batchAppend);
}
