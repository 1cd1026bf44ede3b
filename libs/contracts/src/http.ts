import { EXECUTION_ERROR_CODES, EXECUTION_STATUSES, JOB_STATUSES } from '@inkstream/domain';
import { z } from 'zod';
import { listedBacklogSchema, listedProviderSchema, PROVIDER_NAME } from './providers.ts';

/** Largest id that the API accepts: ids are small integers. */
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

const WHY = "Provider 'invalid' is not available; these are: paddle-ocr-local, tesseract";
export const errorSchema = z
  .object({ statusCode: z.number().int(), message: z.string(), details: z.string() })
  .meta({
    id: 'Error',
    example: { statusCode: 400, message: 'Bad Request', details: WHY },
  });
export type ErrorBody = z.infer<typeof errorSchema>;

/** Problem details (RFC 9457), with the members of every error as extensions. */
export const problemSchema = errorSchema
  .extend({ type: z.literal('about:blank'), title: z.string(), status: z.number().int(), detail: z.string() })
  .meta({
    id: 'Problem',
    description: 'An error for clients that accept application/problem+json',
    example: {
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: WHY,
      statusCode: 400,
      message: 'Bad Request',
      details: WHY,
    },
  });
export type ProblemBody = z.infer<typeof problemSchema>;

/** Longest text that selects pages, characters. */
const MAX_PAGES_TEXT = 4_000;
/** How a selection of pages is written, in a form or a body. */
export const selectedPages = {
  description:
    'Which pages to read, counted from 1, ascending; all of them if it is missing. Of a HEIC file page 1 is the main picture, which alone is read if it is missing, and the other pictures follow',
  example: '1-3,7',
};

/** What opens an encrypted PDF, in a form or a body. */
export const pdfPassword = {
  description:
    'What opens the file if it is an encrypted PDF, at most 256 bytes in UTF-8; ignored if it needs none. It is stored encrypted, and erased when the execution has ended',
};

export const executionStatusSchema = z.enum(EXECUTION_STATUSES);
export const jobStatusSchema = z.enum(JOB_STATUSES);

/** How far an attempt is that is under way. */
export const progressSchema = z
  .object({
    pagesDone: z.number().int().nonnegative().meta({ description: 'Pages that are read, or could not be' }),
    pages: z.number().int().positive().meta({ description: 'Pages that are to be read in all' }),
  })
  .meta({ id: 'Progress', example: { pagesDone: 30, pages: 50 } });
export type Progress = z.infer<typeof progressSchema>;

export const executionSchema = z
  .object({
    id,
    status: executionStatusSchema,
    ocrProvider: z.string().meta({ description: 'Whom the client named: a provider, or `auto`' }),
    ocrData: z
      .string()
      .meta({
        contentMediaType: 'application/json',
        contentSchema: { $ref: '#/components/schemas/OcrResult' },
      })
      .nullable()
      .meta({
        description: 'Once completed: the OcrResult as a JSON string. Null before, and in job events.',
      }),
    error: z
      .object({ code: z.string(), message: z.string() })
      .exactOptional()
      .meta({ description: 'Why it failed, or why the attempt failed that a retry follows' }),
    reused: z.literal(true).exactOptional().meta({
      description: 'Its result is a copy of one of the same bytes, and cost nothing',
    }),
    progress: progressSchema.exactOptional().meta({
      description:
        'While it runs, of a document of several pages: as its provider told last, at most twice a second. It is no part of the history, and absent until the provider tells it (again)',
    }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Execution' });

export type Execution = z.infer<typeof executionSchema>;

/** An execution with where it belongs. */
export const jobExecutionSchema = executionSchema
  .extend({ jobId: id, fileId: id })
  .meta({ id: 'JobExecution' });
export type JobExecution = z.infer<typeof jobExecutionSchema>;

export const fileSchema = z
  .object({ id, originalName: z.string(), storageKey: z.string(), executions: z.array(executionSchema) })
  .meta({ id: 'File' });

export type JobFile = z.infer<typeof fileSchema>;

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
/** Later pages are refused: nobody reads that far, and skipping is expensive. */
export const MAX_PAGE = 1_000_000;
const MAX_SEARCH_LENGTH = 255;
const SORTS = (['id', 'name', 'status', 'createdAt', 'updatedAt'] as const).flatMap(
  (field) => [`${field}:asc`, `${field}:desc`] as const,
);

const wholeNumber = (max: number, min = 1) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string(message)
    .regex(/^[1-9]\d*$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
};
const oneOf = (values: readonly string[]) => `must be one of ${values.join(', ')}`;

const cursor = z.string('must be a text').min(1).max(2_000);

export const jobQuerySchema = z.object({
  ocrData: z.enum(['true', 'false'], 'must be true or false').default('true'),
});

/** The widths in which pictures of pages are kept, pixels: others are made of the next wider one. */
export const PICTURE_WIDTHS = [320, 1_280, 4_000] as const;
export const MIN_PICTURE_WIDTH = 16;
export const MAX_PICTURE_WIDTH = 4_000;
export const pictureQuerySchema = z.object({
  width: wholeNumber(MAX_PICTURE_WIDTH, MIN_PICTURE_WIDTH).default(1_280),
  executionId: idParamSchema.optional(),
});

export const executionQuerySchema = z.object({
  cursor: cursor.optional(),
  limit: wholeNumber(MAX_PAGE_SIZE).default(20),
  status: z.enum(EXECUTION_STATUSES, oneOf(EXECUTION_STATUSES)).optional(),
  provider: z.string('must be a text').regex(PROVIDER_NAME, 'must be the name of a provider').optional(),
  errorCode: z.enum(EXECUTION_ERROR_CODES, oneOf(EXECUTION_ERROR_CODES)).optional(),
  jobId: idParamSchema.optional(),
});

export const listQuerySchema = z.object({
  page: wholeNumber(MAX_PAGE).default(1),
  cursor: cursor.optional(),
  limit: wholeNumber(MAX_PAGE_SIZE).default(20),
  sort: z.enum(SORTS, oneOf(SORTS)).default('createdAt:desc'),
  status: z.enum(JOB_STATUSES, oneOf(JOB_STATUSES)).optional(),
  search: z
    .string('must be a text')
    .trim()
    .max(MAX_SEARCH_LENGTH, `must have at most ${MAX_SEARCH_LENGTH} characters`)
    .optional(),
});

const nextCursor = z.string().nullable().meta({
  description: 'Begins the next page, which skips and repeats nothing; null on the last one',
});

export const executionListSchema = z
  .object({
    data: z.array(jobExecutionSchema.omit({ ocrData: true }).meta({ id: 'ExecutionSummary' })),
    pagination: z.object({ limit: z.number().int().positive(), nextCursor }),
  })
  .meta({ id: 'ExecutionList' });
export type ExecutionList = z.infer<typeof executionListSchema>;

export const jobListSchema = z
  .object({
    data: z.array(jobSummarySchema),
    pagination: z.object({
      total: z.number().int().nonnegative(),
      totalIsAtLeast: z.literal(true).exactOptional().meta({
        description: 'There are more than `total`: a search stops counting there',
      }),
      page: z.number().int().positive().exactOptional().meta({
        description: 'Absent if the page was asked for by a cursor',
      }),
      limit: z.number().int().positive(),
      pages: z.number().int().nonnegative(),
      nextCursor,
    }),
  })
  .meta({ id: 'JobList' });
export type JobList = z.infer<typeof jobListSchema>;

export const createdJobSchema = z.object({ id }).meta({ id: 'CreatedJob', example: { id: 123 } });
export const createdExecutionSchema = z
  .object({ id, status: z.literal('pending') })
  .meta({ id: 'CreatedExecution', example: { id: 2, status: 'pending' } });
export const requestExecutionSchema = z
  .strictObject({
    ocrProvider: z
      .string()
      .min(1)
      .max(50)
      .meta({ description: 'By its name or one of its aliases, or `auto`' }),
    pages: z.string('must be a text').max(MAX_PAGES_TEXT).exactOptional().meta(selectedPages),
    password: z
      .string('must be a text')
      .exactOptional()
      .meta({ ...pdfPassword, writeOnly: true }),
  })
  .meta({ id: 'RequestExecution', example: { ocrProvider: 'paddle-ocr-local' } });
export const successSchema = z.object({ success: z.literal(true) }).meta({ id: 'Success' });
export const forceQuerySchema = z.object({ force: z.enum(['true', 'false']).default('false') });
export const providerListSchema = z.array(
  listedProviderSchema
    .extend({
      backlog: listedBacklogSchema
        .exactOptional()
        .meta({ description: 'Requests that it has not begun to read; absent if that is not known' }),
    })
    .meta({ id: 'Provider' }),
);
export type ProviderList = z.infer<typeof providerListSchema>;

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

/** One event of a job's history, without what concerns nobody outside, such as object keys. */
export const historyEventSchema = z
  .object({
    executionId: id.exactOptional().meta({ description: 'Whose stream it stands in; absent: the job' }),
    revision: z.number().int().nonnegative(),
    type: z.string(),
    recordedAt: timestamp,
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'HistoryEvent' });
export const historySchema = z.object({ data: z.array(historyEventSchema) }).meta({ id: 'History' });
export type History = z.infer<typeof historySchema>;
