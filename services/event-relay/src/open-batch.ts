import { DELETIONS_TOPIC, JOB_EVENTS_TOPIC, requestsTopic, toMessage } from '@inkstream/contracts';
import { LaterReleaseError, type RecordedDomainEvent } from '@inkstream/domain';
import { isFence, type Position, type RecordedEvent, type SubscriptionStep } from '@inkstream/event-store';
import { traceparentOf } from '@inkstream/job-store';
import type { Message } from '@inkstream/message-bus';
import {
  eventAttributes,
  failSpan,
  type Logger,
  type Span,
  startSpan,
  traceparentIn,
} from '@inkstream/service-kit';
import { toDomainEvent } from './domain-event.ts';

const MAX_EVENTS = 500;
/** Of the messages' values, in UTF-16 units: job names and file names may be long. */
const MAX_LENGTH = 512 * 1024;

/** What is published at once: the messages of each topic in the order of the log, the feed first, up to `position`. */
export interface Batch {
  readonly position: Position;
  /** How many events it holds. */
  readonly events: number;
  readonly messages: ReadonlyMap<string, readonly Message[]>;
  /** When its first event was recorded, ISO 8601; undefined if it has none. */
  readonly oldestAt?: string | undefined;
  /** Ends the spans of the messages: they are published, or the error says why not. */
  end(error?: unknown): void;
}

/**
 * The batch that is being gathered.
 *
 * What is about one execution is keyed by it, so that the files of a job are read side by side; the rest by job.
 */
export class OpenBatch {
  readonly #log: Pick<Logger, 'error'>;
  #messages = new Map<string, Message[]>();
  #spans: Span[] = [];
  #events = 0;
  #length = 0;
  #oldestAt: string | undefined;
  #position: Position | undefined;
  #ready = false;

  constructor(log: Pick<Logger, 'error'>) {
    this.#log = log;
  }

  /** Whether it is worth publishing: there was nothing more to read, or it is full. */
  get ready(): boolean {
    return this.#ready || this.full;
  }

  get full(): boolean {
    return this.#events >= MAX_EVENTS || this.#length >= MAX_LENGTH;
  }

  get events(): number {
    return this.#events;
  }

  /** When its first event was recorded, ISO 8601; undefined if it has none. */
  get oldestAt(): string | undefined {
    return this.#oldestAt;
  }

  get empty(): boolean {
    return this.#events === 0;
  }

  /**
   * An event that can never be published is logged and left out; a fence is left out.
   *
   * @throws LaterReleaseError at an event that a later release wrote; the batch then ends before it.
   */
  add({ event, position, caughtUp = false }: SubscriptionStep): void {
    if (event && !isFence(event)) this.#addEvent(event);
    this.#position = position;
    this.#ready ||= caughtUp;
  }

  /** What has been gathered, undefined if nothing was; a new batch begins. */
  take(): Batch | undefined {
    const position = this.#position;
    if (position === undefined) return undefined;
    const spans = this.#spans;
    const end = (error?: unknown) => {
      for (const span of spans) {
        if (error !== undefined) failSpan(span, error);
        span.end();
      }
    };
    const batch = {
      ...{ position, events: this.#events, messages: this.#messages },
      ...{ oldestAt: this.#oldestAt, end },
    };
    this.#messages = new Map();
    this.#spans = [];
    this.#events = 0;
    this.#length = 0;
    this.#oldestAt = undefined;
    this.#ready = false;
    this.#position = undefined;
    return batch;
  }

  #addEvent(stored: RecordedEvent): void {
    try {
      const event = toDomainEvent(stored);
      const parent = traceparentOf(stored);
      const message = toMessage(event, stored.id, { traceparent: parent, data: stored.data });
      const add = (topic: string) => this.#addMessage(topic, this.#traced(topic, message, event, parent));
      add(JOB_EVENTS_TOPIC);
      if (event.type === 'JobDeleted' || event.type === 'FileDeleted') add(DELETIONS_TOPIC);
      // Keyed by the execution: what is asked of providers is read side by side, though one job asks for it.
      if (event.type === 'ExecutionRequested') {
        const { provider, priority } = event.data;
        add(requestsTopic(provider, priority));
      }
      if (event.type === 'ExecutionHandedOver') {
        const { to, asked } = event.data;
        add(requestsTopic(to, asked.priority));
      }
    } catch (err) {
      if (err instanceof LaterReleaseError) throw err;
      const { stream, revision, position, type, id } = stored;
      this.#log.error({ err, position, stream, revision, type, id }, 'An event can never be published');
    }
    this.#events++;
    this.#oldestAt ??= stored.recordedAt;
  }

  /** The message as one topic gets it: in a span of its own, from when it was read until it is published. */
  #traced(topic: string, message: Message, event: RecordedDomainEvent, parent: string | undefined): Message {
    const { span, context } = startSpan(`send ${topic}`, {
      kind: 'producer',
      parent,
      attributes: {
        ...eventAttributes(event, topic, message.headers.ce_id ?? ''),
        'messaging.operation.type': 'send',
        'messaging.operation.name': 'send',
      },
    });
    this.#spans.push(span);
    const traceparent = traceparentIn(context) ?? parent;
    return traceparent ? { ...message, headers: { ...message.headers, traceparent } } : message;
  }

  #addMessage(topic: string, message: Message): void {
    this.#length += message.value.length;
    const group = this.#messages.get(topic);
    if (group) group.push(message);
    else this.#messages.set(topic, [message]);
  }
}
