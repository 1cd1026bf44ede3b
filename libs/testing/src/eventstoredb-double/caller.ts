import type { Metadata } from '@grpc/grpc-js';

/** Who calls, as the connection and the call's headers say. */
export interface Caller {
  /** The connection, as gRPC's `getPeer` names it. */
  readonly peer: string;
  /** Whether only the leader of a cluster may serve the call. */
  readonly requiresLeader: boolean;
  /** The header of basic authentication; undefined if there is none. */
  readonly authorization: string | undefined;
}

export const callerOf = (call: { readonly metadata: Metadata; getPeer(): string }): Caller => ({
  peer: call.getPeer(),
  requiresLeader: call.metadata.get('requires-leader')[0]?.toString().toLowerCase() === 'true',
  authorization: call.metadata.get('authorization')[0]?.toString(),
});
