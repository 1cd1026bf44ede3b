import { EXECUTION_STATUSES, JOB_STATUSES } from '@inkstream/domain';
import { z } from 'zod';
import { listedProviderSchema } from './providers.ts';

/** Largest id that the API takes: ids are small integers. */
export const MAX_ID = 2 ** 31 - 1;
export const MAX_JOB_NAME_LENGTH = 255;

const timestamp = z.iso
  .datetime()
  .meta({ description: 'ISO 8601, UTC', example: '2026-11-24T18:05:09.123Z' });
const id = z.number().int().positive().max(MAX_ID);
export const idParamSchema = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, 'must be a positive integer')
  .transform(Number)
  .refine((value) => value <= MAX_ID, `must be at most ${MAX_ID}`);

export const errorSchema = z
  .object({ statusCode: z.number().int(), message: z.string(), details: z.string() })
  .meta({
    id: 'Error',
    example: { statusCode: 400, message: 'Bad Request', details: "Provider 'invalid' is not available" },
  });
export type ErrorBody = z.infer<typeof errorSchema>;

export const executionStatusSchema = z.enum(EXECUTION_STATUSES);
export const jobStatusSchema = z.enum(JOB_STATUSES);

export const executionSchema = z
  .object({
    id,
    status: executionStatusSchema,
    ocrProvider: z.string(),
    ocrData: z.string().nullable().meta({
      description: 'Once completed: the OcrResult as a JSON string. Null before, and in job events.',
    }),
    error: z
      .object({ code: z.string(), message: z.string() })
      .exactOptional()
      .meta({ description: 'Why it failed, or why the attempt failed that a retry follows' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Execution' });

export const fileSchema = z
  .object({ id, originalName: z.string(), storageKey: z.string(), executions: z.array(executionSchema) })
  .meta({ id: 'File' });

export const jobSchema = z
  .object({
    id,
    name: z.string(),
    status: jobStatusSchema,
    createdAt: timestamp,
    updatedAt: timestamp,
    files: z.array(fileSchema),
  })
  .meta({ id: 'Job' });
export type Job = z.infer<typeof jobSchema>;

export const jobSummarySchema = z
  .object({
    id,
    name: z.string(),
    status: jobStatusSchema,
    createdAt: timestamp,
    updatedAt: timestamp,
    fileCount: z.number().int().nonnegative(),
  })
  .meta({ id: 'JobSummary' });

export const MAX_PAGE_SIZE = 100;
/** Later pages are refused: nobody reads so far, and skipping is work. */
export const MAX_PAGE = 1_000_000;
const MAX_SEARCH_LENGTH = 255;
const SORTS = (['id', 'name', 'status', 'createdAt', 'updatedAt'] as const).flatMap(
  (field) => [`${field}:asc`, `${field}:desc`] as const,
);

const wholeNumber = (max: number) => {
  const message = `must be a whole number from 1 to ${max}`;
  return z
    .string(message)
    .regex(/^[1-9]\d*$/, message)
    .transform(Number)
    .refine((value) => value <= max, message);
};
const oneOf = (values: readonly string[]) => `must be one of ${values.join(', ')}`;

export const listQuerySchema = z.object({
  page: wholeNumber(MAX_PAGE).default(1),
  limit: wholeNumber(MAX_PAGE_SIZE).default(20),
  sort: z.enum(SORTS, oneOf(SORTS)).default('createdAt:desc'),
  status: z.enum(JOB_STATUSES, oneOf(JOB_STATUSES)).optional(),
  search: z
    .string('must be a text')
    .trim()
    .max(MAX_SEARCH_LENGTH, `must have at most ${MAX_SEARCH_LENGTH} characters`)
    .optional(),
});

export const jobListSchema = z
  .object({
    data: z.array(jobSummarySchema),
    pagination: z.object({
      total: z.number().int().nonnegative(),
      page: z.number().int().positive(),
      limit: z.number().int().positive(),
      pages: z.number().int().nonnegative(),
    }),
  })
  .meta({ id: 'JobList' });
export type JobList = z.infer<typeof jobListSchema>;

export const createdJobSchema = z.object({ id }).meta({ id: 'CreatedJob', example: { id: 123 } });
export const createdExecutionSchema = z
  .object({ id, status: z.literal('pending') })
  .meta({ id: 'CreatedExecution', example: { id: 2, status: 'pending' } });
export const requestExecutionSchema = z
  .strictObject({ ocrProvider: z.string().min(1).max(50) })
  .meta({ id: 'RequestExecution', example: { ocrProvider: 'paddle-ocr-local' } });
export const successSchema = z.object({ success: z.literal(true) }).meta({ id: 'Success' });
export const forceQuerySchema = z.object({ force: z.enum(['true', 'false']).default('false') });
export const providerListSchema = z.array(listedProviderSchema.meta({ id: 'Provider' }));

export const healthSchema = z
  .object({ status: z.literal('ok'), timestamp })
  .meta({ id: 'Health', example: { status: 'ok', timestamp: '2026-11-24T18:05:09.123Z' } });
export const readinessSchema = z
  .object({
    status: z.enum(['ok', 'unavailable']),
    timestamp,
    dependencies: z.record(z.string(), z.enum(['ok', 'unavailable'])),
  })
  .meta({ id: 'Readiness' });

/** One event of a job's history, as it stands in its stream. */
export const historyEventSchema = z
  .object({
    revision: z.number().int().nonnegative(),
    type: z.string(),
    recordedAt: timestamp,
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'HistoryEvent' });
export const historySchema = z.object({ data: z.array(historyEventSchema) }).meta({ id: 'History' });
