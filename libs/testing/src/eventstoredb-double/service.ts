import type { Server } from '@grpc/grpc-js';
import type { Access } from './access/access.ts';
import type { Operation } from './access/rights.ts';
import { appendCall } from './append-call.ts';
import { type AppendRequest, append, type WriteLimits } from './append-request.ts';
import { batchAppendCall } from './batch-append-call.ts';
import type { Caller } from './caller.ts';
import { gossipCall, supportedMethodsCall } from './cluster-calls.ts';
import type { EventLog } from './event-log.ts';
import type { Faults } from './faults.ts';
import type { Membership } from './membership.ts';
import type { OpenCalls } from './open-calls.ts';
import { GossipService, ServerFeaturesService, StreamsService } from './proto.ts';
import { readCall } from './read-call.ts';
import { deleteCall, tombstoneCall } from './remove-calls.ts';

/** What serves the calls of a node. */
export interface NodeParts {
  readonly log: EventLog;
  readonly faults: Faults;
  readonly calls: OpenCalls;
  readonly membership: Membership;
  readonly access: Access;
  readonly limits: WriteLimits;
  readonly batchAppend: boolean;
  readonly random: () => number;
}

/** Adds the gRPC services of a node to its server. */
export const addServices = (server: Server, parts: NodeParts): void => {
  const { log, faults, calls, membership, access, limits, batchAppend, random } = parts;
  const write = <T>(
    caller: Caller,
    to: { readonly operation: Operation; readonly stream: string },
    make: (log: EventLog, commitDelayMs: number) => Promise<T>,
  ): Promise<T> =>
    calls.run(
      faults.around('writes', caller.peer, async (commitDelayMs) => {
        access.check(caller, to.operation, to.stream);
        return membership.write(caller.requiresLeader, (leading) => make(leading, commitDelayMs));
      }),
    );
  const appendFor = (request: AppendRequest, caller: Caller) =>
    write(caller, { operation: 'write', stream: request.stream }, (leading, commitDelayMs) =>
      append(leading, request, limits, commitDelayMs),
    );
  const read = (caller: Caller, stream: string, serve: () => Promise<void>) => {
    const admit = async () => {
      access.check(caller, 'read', stream);
      membership.admitRead(caller.requiresLeader);
    };
    return calls.run(faults.around('reads', caller.peer, admit).then(serve));
  };
  const whileOpen = (caller: Caller, over: Promise<void>) => {
    access.authenticate(caller);
    return calls.run(over);
  };
  server.addService(StreamsService, {
    append: appendCall(appendFor, random),
    batchAppend: batchAppendCall(appendFor, whileOpen),
    read: readCall(log, read),
    delete: deleteCall((stream, expected, caller) =>
      write(caller, { operation: 'delete', stream }, (leading) => leading.softDelete(stream, expected)),
    ),
    tombstone: tombstoneCall((stream, expected, caller) =>
      write(caller, { operation: 'delete', stream }, (leading) => leading.tombstone(stream, expected)),
    ),
  });
  const authenticate = (caller: Caller) => void access.authenticate(caller);
  server.addService(ServerFeaturesService, {
    getSupportedMethods: supportedMethodsCall(batchAppend, authenticate),
  });
  server.addService(GossipService, { read: gossipCall(limits.now, membership) });
};
