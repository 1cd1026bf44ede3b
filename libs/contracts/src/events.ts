import {
  type DomainEvent,
  type DomainEventType,
  EXECUTION_ERROR_CODES,
  type ExecutionEventData,
  type JobEventData,
  PRIORITIES,
} from '@inkstream/domain';
import { z } from 'zod';

const id = z.number().int().positive();
const attempt = z.number().int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const executionFaultSchema = z.object({
  code: z.enum(EXECUTION_ERROR_CODES),
  message: z.string(),
});

const document = z.object({
  mimeType: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256,
  storageKey: z.string(),
});
const jobFile = document.extend({ id, originalName: z.string() });

export const usageSchema = z.object({
  inputTokens: z.number().exactOptional(),
  outputTokens: z.number().exactOptional(),
  pages: z.number().exactOptional(),
});
export const costSchema = z.object({ amount: z.string(), currency: z.string() });
const spent = { usage: usageSchema.exactOptional(), cost: costSchema.exactOptional() };
const attempts = z.number().int().nonnegative();

/** What is asked of a provider, in a request and in a handover. */
const askedReading = {
  fileId: id,
  document,
  priority: z.enum(PRIORITIES).exactOptional(),
  pages: z.array(id).min(1).exactOptional(),
  passwordKey: z.string().exactOptional(),
  reuse: z
    .object({ hours: z.number().int().positive(), anew: z.literal(true).exactOptional() })
    .exactOptional(),
  escalation: z
    .object({
      next: z.array(z.string()).min(1),
      fields: z.array(z.string()),
      confidence: z.number().min(0).max(1),
    })
    .exactOptional(),
};
const reading = {
  resultKey: z.string(),
  resultBytes: z.number().int().nonnegative(),
  resultSha256: sha256,
  pages: z.number().int().nonnegative(),
  pageErrors: z.number().int().positive().exactOptional(),
  model: z.string(),
  durationMs: z.number().nonnegative(),
  reused: z.literal(true).exactOptional(),
};
const shortcoming = z.object({
  reason: z.string(),
  field: z.string().exactOptional(),
  confidence: z.number().exactOptional(),
  check: z.string().exactOptional(),
});

/** The data of each event, as JSON Schema and validator; the types are the domain's. */
export const eventSchemas = {
  JobSubmitted: z.object({
    uid: z.uuid(),
    tenant: z.string(),
    name: z.string(),
    files: z.array(jobFile),
    executions: id.exactOptional(),
  }),
  ExecutionRequested: z.object({ executionId: id, provider: z.string(), ...askedReading }),
  FileDeleted: z.object({ fileId: id, reason: z.string() }),
  JobDeleted: z.object({ uid: z.uuid(), executions: attempts, reason: z.string() }),
  ExecutionStarted: z.object({ attempt, worker: z.string() }),
  ExecutionReleased: z.object({ attempt }),
  ExecutionRetryScheduled: z.object({
    attempt,
    error: executionFaultSchema,
    notBefore: z.iso.datetime(),
    ...spent,
  }),
  ExecutionHandedOver: z.object({
    attempt,
    to: z.string(),
    because: z.array(shortcoming),
    reading: z.object(reading).exactOptional(),
    error: executionFaultSchema.exactOptional(),
    asked: z.object({ revision: z.number().int().nonnegative(), ...askedReading }),
    ...spent,
  }),
  ExecutionCompleted: z.object({
    attempt,
    ...reading,
    readIn: attempt.exactOptional(),
    despite: executionFaultSchema.exactOptional(),
    ...spent,
  }),
  ExecutionFailed: z.object({ attempt: attempts, error: executionFaultSchema, ...spent }),
  ExecutionCancelled: z.object({ attempt: attempts, reason: z.string(), ...spent }),
  ExecutionErased: z.object({
    attempt: attempts,
    status: z.enum(['completed', 'failed', 'cancelled']),
    ...spent,
  }),
} satisfies {
  readonly [T in DomainEventType]: z.ZodType<(JobEventData & ExecutionEventData)[T]>;
};

/**
 * Checks that data from outside is valid for an event of this type. Fields that are not known, which a later release has
 * added, are kept, as the event store keeps them: what is made of a message is what is made of the event.
 *
 * @throws z.ZodError
 */
export function parseEvent(type: DomainEventType, data: unknown): DomainEvent {
  eventSchemas[type].parse(data);
  return { type, data } as DomainEvent;
}
