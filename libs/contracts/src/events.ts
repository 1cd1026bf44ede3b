import {
  EXECUTION_ERROR_CODES,
  type JobEvent,
  type JobEventData,
  type JobEventType,
} from '@inkstream/domain';
import { z } from 'zod';

const id = z.number().int().positive();
const attempt = z.number().int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const executionFaultSchema = z.object({
  code: z.enum(EXECUTION_ERROR_CODES),
  message: z.string(),
});

const jobFile = z.object({
  id,
  originalName: z.string(),
  mimeType: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256,
  storageKey: z.string(),
});

/** What each event of a job holds, as JSON Schema and validator; the types are the domain's. */
export const jobEventSchemas = {
  JobSubmitted: z.object({ name: z.string(), files: z.array(jobFile) }),
  ExecutionRequested: z.object({ executionId: id, fileId: id, provider: z.string() }),
  ExecutionStarted: z.object({ executionId: id, attempt, worker: z.string() }),
  ExecutionRetryScheduled: z.object({
    executionId: id,
    attempt,
    error: executionFaultSchema,
    notBefore: z.iso.datetime(),
  }),
  ExecutionCompleted: z.object({
    executionId: id,
    attempt,
    resultKey: z.string(),
    resultBytes: z.number().int().nonnegative(),
    resultSha256: sha256,
    pages: z.number().int().nonnegative(),
    model: z.string(),
    durationMs: z.number().nonnegative(),
    usage: z
      .object({
        inputTokens: z.number().exactOptional(),
        outputTokens: z.number().exactOptional(),
        pages: z.number().exactOptional(),
      })
      .exactOptional(),
    cost: z.object({ amount: z.string(), currency: z.string() }).exactOptional(),
  }),
  ExecutionFailed: z.object({ executionId: id, attempt, error: executionFaultSchema }),
  ExecutionCancelled: z.object({ executionId: id, reason: z.string() }),
  FileDeleted: z.object({ fileId: id, reason: z.string() }),
  JobDeleted: z.object({ reason: z.string() }),
} satisfies { readonly [T in JobEventType]: z.ZodType<JobEventData[T]> };

/**
 * Checks that data from outside is what an event of this type holds.
 *
 * @throws z.ZodError
 */
export function parseJobEvent(type: JobEventType, data: unknown): JobEvent {
  return { type, data: jobEventSchemas[type].parse(data) } as JobEvent;
}
