import type { AppendResult, EventStoreDBClient } from '@eventstore/db-client';
import { convertToCommandError } from '@eventstore/db-client/dist/utils/CommandError.js';
import { parseUUID } from '@eventstore/db-client/dist/utils/grpcUUID.js';
import calls, { type StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { type AppendRequest, toMessage, toResult } from './batch-messages.ts';

type Call = ReturnType<StreamsClient['batchAppend']>;
type Waiting = { readonly stream: string } & PromiseWithResolvers<AppendResult>;

/** What the client has for its own calls: it makes a new connection after a fault, and cancels its calls at its end. */
interface ClientInside {
  GRPCStreamCreator(
    service: object,
    name: string,
    create: (client: StreamsClient) => Call,
  ): () => Promise<Call>;
  callArguments(options: object, callOptions: object): Parameters<StreamsClient['batchAppend']>;
  supports(method: object): Promise<boolean>;
}

const insideOf = (client: EventStoreDBClient): ClientInside => Object(client);

/** Whether the server takes appends in batches: the client asks it once, and keeps the answer. */
export const takesBatches = (client: EventStoreDBClient): Promise<boolean> =>
  insideOf(client).supports(calls.StreamsService.batchAppend);

/** Makes the client believe that the server has only the classic append: its own batch mode is not used, see below. */
export function inClassicMode(client: EventStoreDBClient): EventStoreDBClient {
  Object.assign(client, { supports: () => Promise.resolve(false) });
  return client;
}

/**
 * Appends over one call of the server's, in their order, on a client's connection. The client's own batch mode keeps
 * the pending appends of all connections of the process in one map, so that the death of one rejects those of another;
 * and the 17th that is not written yet waits outside of it, and that death then ends the process with an unhandled
 * rejection. Here each connection has its own, and what waits for the socket waits in the call: whoever appends bounds
 * it.
 */
export class BatchAppends {
  readonly #client: ClientInside;
  readonly #waiting = new Map<string, Waiting>();
  #call: Promise<Call> | undefined;

  constructor(client: EventStoreDBClient) {
    this.#client = insideOf(client);
  }

  /**
   * @param id Of this attempt, a UUID.
   * @throws what the server refuses the append with, or what ended the call.
   */
  async append(id: string, request: AppendRequest): Promise<AppendResult> {
    this.#call ??= this.#open();
    const opened = this.#call;
    const call = await opened;
    if (opened !== this.#call) throw new Error('EventStoreDB ended the call before this append');
    const waiting = { stream: request.stream, ...Promise.withResolvers<AppendResult>() };
    this.#waiting.set(id, waiting);
    call.write(toMessage(id, request));
    return waiting.promise;
  }

  /** Nobody waits for the answer to this attempt any more. */
  forget(id: string): void {
    this.#waiting.delete(id);
  }

  async #open(): Promise<Call> {
    const create = (client: StreamsClient) =>
      client.batchAppend(...this.#client.callArguments({}, { deadline: Number.POSITIVE_INFINITY }));
    try {
      const call = await this.#client.GRPCStreamCreator(calls.StreamsClient, 'batchAppend', create)();
      // It reports its end as a status, and as an error too if it is one.
      let open = true;
      const end = (reason: Error) => {
        if (open) this.#end(reason);
        open = false;
      };
      call.on('data', (response) => this.#settle(response));
      call.on('error', (error) => end(convertToCommandError(error)));
      call.on('status', ({ details }) => end(new Error(`EventStoreDB ended the call: ${details}`)));
      return call;
    } catch (error) {
      this.#call = undefined;
      throw error;
    }
  }

  /** The next append opens another call. */
  #end(reason: Error): void {
    this.#call = undefined;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }

  #settle(response: BatchAppendResp): void {
    const id = parseUUID(response.getCorrelationId()) ?? '';
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    try {
      waiting?.resolve(toResult(response, waiting.stream));
    } catch (error) {
      waiting?.reject(error);
    }
  }
}
