import { z } from 'zod';
import type { CloudEventMessage } from './messages.ts';

/**
 * How far a provider is with a document. It is no event: it is told while pages are read, at most twice a second, may be
 * lost, and is worth nothing once the execution has ended.
 */
export const executionProgressSchema = z.object({
  jobId: z.number().int().positive(),
  executionId: z.number().int().positive(),
  /** Of the job: an id may come twice, a uid never does. */
  uid: z.string().min(1),
  tenant: z.string(),
  /** Which attempt is told of: what one before it read is counted by it, if it is still there. */
  attempt: z.number().int().positive(),
  /** Pages that are read, or could not be. */
  pagesDone: z.number().int().nonnegative(),
  /** Pages that are to be read in all. */
  pages: z.number().int().positive(),
});
export type ExecutionProgress = z.infer<typeof executionProgressSchema>;

export const toProgressMessage = (progress: ExecutionProgress): CloudEventMessage => ({
  key: `${progress.jobId}/${progress.executionId}`,
  value: JSON.stringify(progress),
  headers: { 'content-type': 'application/json' },
});

/** @throws z.ZodError or SyntaxError if it is none. */
export const fromProgressMessage = ({ value }: Pick<CloudEventMessage, 'value'>): ExecutionProgress =>
  executionProgressSchema.parse(JSON.parse(value));
