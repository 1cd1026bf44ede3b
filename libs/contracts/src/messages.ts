import { jobStream, type RecordedJobEvent, SCHEMA_VERSION, upcast } from '@inkstream/domain';
import { z } from 'zod';
import { parseJobEvent } from './events.ts';

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

const headers = z.object({
  ce_specversion: z.literal('1.0'),
  ce_id: z.string().min(1),
  ce_type: z.string().min(1),
  ce_time: z.iso.datetime(),
  ce_jobid: wholeNumber.refine((id) => id > 0),
  ce_revision: wholeNumber,
  ce_schemaversion: wholeNumber,
});

/**
 * A job's event as a CloudEvents 1.0 message in binary mode (Kafka protocol binding: attributes in `ce_` headers),
 * keyed by job id. Extension attributes: `jobid`, `revision` (in the job's stream), `schemaversion`; `traceparent`
 * is W3C trace context.
 */
export function toMessage(event: RecordedJobEvent, eventId: string, traceparent?: string): CloudEventMessage {
  return {
    key: String(event.jobId),
    value: JSON.stringify(event.data),
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: eventId,
      ce_source: '/inkstream/event-relay',
      ce_type: event.type,
      ce_subject: jobStream(event.jobId),
      ce_time: event.recordedAt,
      ce_jobid: String(event.jobId),
      ce_revision: String(event.revision),
      ce_schemaversion: String(SCHEMA_VERSION),
      ...(traceparent ? { traceparent } : {}),
    },
  };
}

/**
 * The job's event that a message carries.
 *
 * @throws Error where it is not one: missing attributes, unknown type, data that is not JSON or not of this type.
 */
export function fromMessage(message: CloudEventMessage): RecordedJobEvent {
  const attributes = headers.parse(message.headers);
  const upcasted = upcast(attributes.ce_type, attributes.ce_schemaversion, JSON.parse(message.value));
  return {
    ...parseJobEvent(upcasted.type, upcasted.data),
    jobId: attributes.ce_jobid,
    revision: attributes.ce_revision,
    recordedAt: attributes.ce_time,
  };
}
