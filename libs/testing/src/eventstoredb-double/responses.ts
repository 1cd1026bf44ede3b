import type { ReadReq, ReadResp as Resp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { type RecordedEvent, wireRevision } from './events.ts';
import type { Position } from './positions.ts';
import { ReadResp, StreamIdentifier, UUID } from './proto.ts';

/** .NET's ticks, which the protocol counts time in, are 100 ns. */
const TICKS_PER_MS = 10_000n;

const identifierOf = (stream: string) => {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  return identifier;
};

export const eventResponse = (event: RecordedEvent): Resp => {
  const id = new UUID();
  id.setString(event.id);
  const record = new ReadResp.ReadEvent.RecordedEvent();
  record.setId(id);
  record.setStreamIdentifier(identifierOf(event.stream));
  record.setStreamRevision(wireRevision(event.revision));
  record.setCommitPosition(String(event.position));
  record.setPreparePosition(String(event.position));
  record.setData(event.data);
  record.setCustomMetadata(event.metadata);
  const properties = record.getMetadataMap();
  properties.set('type', event.type);
  properties.set('content-type', event.contentType);
  properties.set('created', String(BigInt(event.created) * TICKS_PER_MS));
  const read = new ReadResp.ReadEvent();
  read.setEvent(record);
  read.setCommitPosition(String(event.position));
  return new ReadResp().setEvent(read);
};

export const streamNotFound = (stream: string): Resp => {
  const missing = new ReadResp.StreamNotFound();
  missing.setStreamIdentifier(identifierOf(stream));
  return new ReadResp().setStreamNotFound(missing);
};

export const confirmation = (subscriptionId: string): Resp => {
  const confirmed = new ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId(subscriptionId);
  return new ReadResp().setConfirmation(confirmed);
};

export const checkpointResponse = ({ commit, prepare }: Position): Resp => {
  const checkpoint = new ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(commit));
  checkpoint.setPreparePosition(String(prepare));
  return new ReadResp().setCheckpoint(checkpoint);
};

export const caughtUp = (): Resp => new ReadResp().setCaughtUp(new ReadResp.CaughtUp());

/** Writes to a caller at the pace that it reads. */
export class Outlet {
  readonly #call: ServerWritableStream<ReadReq, Resp>;
  readonly #gone = new AbortController();

  constructor(call: ServerWritableStream<ReadReq, Resp>) {
    this.#call = call;
    const left = () => this.#gone.abort();
    for (const event of ['cancelled', 'close', 'error']) call.once(event, left);
    if (call.cancelled) left();
  }

  /** Aborts when the caller is gone. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Resolves when there is room for more, or when the caller is gone. */
  async send(message: Resp): Promise<void> {
    const { signal } = this;
    if (signal.aborted || this.#call.write(message)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#call.removeListener('drain', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#call.once('drain', done);
      signal.addEventListener('abort', done);
    });
  }
}
