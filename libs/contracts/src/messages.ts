import { executionStream, isJobEvent, jobStream, type RecordedDomainEvent, upcast } from '@inkstream/domain';
import { z } from 'zod';
import { parseEvent } from './events.ts';

/** A message as the bus carries it: structurally what `message-bus` takes. */
export type CloudEventMessage = {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** Digits alone: `Number` would take an empty text for 0. */
const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** Text is kept within what any broker carries in a header. */
const headerText = z.string().max(256);

/** The attributes that whoever takes an event relies on. */
export const messageHeadersSchema = z.object({
  ce_specversion: z.literal('1.0'),
  ce_id: z.string().min(1),
  ce_type: z.string().min(1),
  ce_time: z.iso.datetime(),
  ce_jobid: wholeNumber.refine((id) => id > 0),
  ce_jobuid: z.string().min(1),
  ce_executionid: wholeNumber.refine((id) => id > 0).optional(),
  ce_revision: wholeNumber,
  ce_schemaversion: wholeNumber,
  ce_tenant: headerText,
  ce_actor: headerText,
  ce_requestid: headerText,
});

export interface PublishedWith {
  readonly traceparent?: string | undefined;
  /**
   * The data as it is stored, in the version that the message says: whoever takes it makes today's of it, once. Needed
   * unless the event is in today's version.
   */
  readonly data?: object;
}

/**
 * An event of a job or an execution as a CloudEvents 1.0 message in binary mode (Kafka protocol binding: attributes in
 * `ce_` headers). What is about one execution is keyed by it, its request too, so that those of one job don't wait for
 * each other; the rest by job id. Extension attributes: `jobid`, `jobuid`, `executionid` (of an event in an execution's
 * stream), `revision` (in its stream), `schemaversion` (that the event is stored with), `tenant`, `actor`, `requestid`;
 * `traceparent` is W3C trace context.
 */
export function toMessage(
  event: RecordedDomainEvent,
  eventId: string,
  { traceparent, data = event.data }: PublishedWith = {},
): CloudEventMessage {
  const { jobId, caller } = event;
  const executionId = 'executionId' in event ? event.executionId : undefined;
  const about = event.type === 'ExecutionRequested' ? event.data.executionId : executionId;
  return {
    key: about === undefined ? String(jobId) : `${jobId}/${about}`,
    value: JSON.stringify(data),
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: eventId,
      ce_source: '/inkstream/event-relay',
      ce_type: event.type,
      ce_subject: executionId === undefined ? jobStream(jobId) : executionStream({ jobId, executionId }),
      ce_time: event.recordedAt,
      ce_jobid: String(jobId),
      ce_jobuid: event.uid,
      ...(executionId === undefined ? {} : { ce_executionid: String(executionId) }),
      ce_revision: String(event.revision),
      ce_schemaversion: String(event.schemaVersion),
      ce_tenant: caller.tenant,
      ce_actor: caller.actor,
      ce_requestid: caller.requestId,
      ...(traceparent ? { traceparent } : {}),
    },
  };
}

/**
 * The event that a message carries.
 *
 * @throws LaterReleaseError if a later release wrote the event.
 * @throws Error if it is none: missing attributes, data that is not JSON or not of this type.
 */
export function fromMessage(message: CloudEventMessage): RecordedDomainEvent {
  const attributes = messageHeadersSchema.parse(message.headers);
  const schemaVersion = attributes.ce_schemaversion;
  const upcasted = upcast(attributes.ce_type, schemaVersion, JSON.parse(message.value));
  const executionId = attributes.ce_executionid;
  if (isJobEvent(upcasted) !== (executionId === undefined))
    throw new Error(`${upcasted.type} is not in the right stream`);
  return {
    ...parseEvent(upcasted.type, upcasted.data),
    jobId: attributes.ce_jobid,
    ...(executionId === undefined ? {} : { executionId }),
    uid: attributes.ce_jobuid,
    revision: attributes.ce_revision,
    recordedAt: attributes.ce_time,
    schemaVersion,
    caller: {
      tenant: attributes.ce_tenant,
      actor: attributes.ce_actor,
      requestId: attributes.ce_requestid,
    },
  } as RecordedDomainEvent;
}
