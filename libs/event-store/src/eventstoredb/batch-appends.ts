import { randomUUID } from 'node:crypto';
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

/**
 * Appends over one call of the server's, in their order, on a client's connection. The client's own batch mode keeps
 * the pending appends of all connections of the process in one map, whose death rejects each other's; and it lets the
 * 17th of those that are not written yet wait aside, where the connection's death ends the process with an unhandled
 * rejection. Here each call has its own, and what waits for the socket waits in the call; whoever appends bounds it.
 */
export class BatchAppends {
  readonly #client: ClientInside;
  #call: Promise<BatchCall> | undefined;

  constructor(client: EventStoreDBClient) {
    this.#client = insideOf(client);
  }

  /**
   * @param left Who calls no longer waits for the answer.
   * @throws what the server refuses with, or what ended the call.
   */
  async append(request: AppendRequest, left: AbortSignal): Promise<AppendResult> {
    this.#call ??= this.#open();
    const call = await this.#call;
    return call.append(request, left);
  }

  async #open(): Promise<BatchCall> {
    const forget = () => {
      this.#call = undefined;
    };
    const create = (client: StreamsClient) =>
      client.batchAppend(...this.#client.callArguments({}, { deadline: Number.POSITIVE_INFINITY }));
    try {
      const stream = await this.#client.GRPCStreamCreator(calls.StreamsClient, 'batchAppend', create)();
      return new BatchCall(stream, forget);
    } catch (error) {
      forget();
      throw error;
    }
  }
}

class BatchCall {
  readonly #stream: Call;
  readonly #waiting = new Map<string, Waiting>();
  #ended: Error | undefined;

  constructor(stream: Call, onEnd: () => void) {
    this.#stream = stream;
    const end = (reason: Error) => {
      if (this.#ended) return;
      this.#ended = reason;
      onEnd();
      for (const { reject } of this.#waiting.values()) reject(reason);
      this.#waiting.clear();
    };
    stream.on('data', (response) => this.#settle(response));
    stream.on('error', (error) => end(convertToCommandError(error)));
    stream.on('status', () => end(new Error('EventStoreDB ended the call that takes appends')));
  }

  append(request: AppendRequest, left: AbortSignal): Promise<AppendResult> {
    if (this.#ended) throw this.#ended;
    const id = randomUUID();
    const waiting = { stream: request.stream, ...Promise.withResolvers<AppendResult>() };
    this.#waiting.set(id, waiting);
    left.addEventListener('abort', () => this.#waiting.delete(id), { once: true });
    this.#stream.write(toMessage(id, request));
    return waiting.promise;
  }

  #settle(response: BatchAppendResp): void {
    const id = parseUUID(response.getCorrelationId()) ?? '';
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    try {
      waiting.resolve(toResult(response, waiting.stream));
    } catch (error) {
      waiting.reject(error);
    }
  }
}
