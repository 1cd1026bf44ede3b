import { EXECUTION_ERROR_CODES, isTransient } from '@inkstream/domain';
import { z } from 'zod';
import { costSchema, executionFaultSchema, usageSchema } from './events.ts';
import { ocrPageSchema } from './ocr-result/page.ts';
import { receiptSchema } from './ocr-result/receipt.ts';
import { resultWarningSchema } from './ocr-result.ts';

const count = z.number().int().nonnegative();
const number = z.number().int().positive();
const spent = { usage: usageSchema.exactOptional(), cost: costSchema.exactOptional() };

/** What a worker says when it begins an attempt. */
export const beginSchema = z
  .object({
    worker: z.string().min(1).max(100).meta({ description: 'A random id of the process, new at each start' }),
    redelivered: count.default(0).meta({
      description: 'How often it has asked for this request before, and was answered with 503',
    }),
  })
  .meta({ id: 'Begin' });

const pageCount = number.meta({ description: 'How many pages the document has' });
const { lines, width, height, rotation } = ocrPageSchema.shape;

/** What was read of a page. */
export const readPageSchema = z.object({
  pageCount,
  model: z.string().min(1).meta({ description: 'What read it, with its version' }),
  lines,
  width: width.exactOptional(),
  height: height.exactOptional(),
  rotation: rotation.exactOptional(),
  receipts: z
    .array(receiptSchema.extend({ pages: receiptSchema.shape.pages.exactOptional() }))
    .exactOptional()
    .meta({ description: 'The fields that the engine knows; what it leaves out is found in the lines' }),
  markdown: z.string().exactOptional(),
  warnings: z.array(resultWarningSchema).exactOptional(),
  raw: z.unknown().optional().meta({ description: "The engine's own answer" }),
  ...spent,
});

/** Why nobody will ever read a page. */
export const failedPageSchema = z.object({
  pageCount,
  width: width.exactOptional(),
  height: height.exactOptional(),
  error: z.object({
    code: z.enum(EXECUTION_ERROR_CODES.filter((code) => !isTransient(code))),
    message: z.string(),
  }),
});

/** What a worker says of a page. */
export const pageSaidSchema = z.union([readPageSchema, failedPageSchema]).meta({ id: 'Page' });

/** What was spent beside what the pages say. */
export const completionSchema = z.object(spent).meta({ id: 'Completion' });

/** Why an attempt failed. */
export const attemptFailureSchema = executionFaultSchema
  .extend({
    retryAfterMs: count.exactOptional().meta({ description: 'No attempt earlier, ms' }),
    ...spent,
  })
  .meta({ id: 'Failure' });

/** How an execution stands, as a worker is told after each call. */
export const standingSchema = z
  .union([
    z.object({
      status: z.literal('running'),
      attempt: number,
      pages: z
        .array(number)
        .exactOptional()
        .meta({ description: 'To whoever begins it: the pages that need no more reading' }),
      selected: z
        .array(number)
        .exactOptional()
        .meta({ description: 'To whoever begins it: the pages that are asked for; all of them without it' }),
    }),
    z.object({
      status: z.literal('pending'),
      afterMs: count.meta({ description: 'Until the next attempt may begin, ms' }),
    }),
    z.object({ status: z.enum(['completed', 'failed', 'cancelled', 'deleted', 'handed_over']) }),
  ])
  .meta({ id: 'Standing' });
