import { z } from 'zod';
import {
  executionQuerySchema,
  forceQuerySchema,
  idParamSchema,
  jobQuerySchema,
  listQuerySchema,
  MAX_ID,
  MAX_PAGE,
  MAX_PAGE_SIZE,
  MAX_PICTURE_WIDTH,
  MIN_PICTURE_WIDTH,
  PICTURE_WIDTHS,
  pictureQuerySchema,
} from '../http.ts';

/** Describes the type of a value whose schema sees it as text. */
const described =
  (as: Record<string, unknown>) =>
  ({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void => {
    delete jsonSchema.pattern;
    delete jsonSchema.enum;
    Object.assign(jsonSchema, as);
  };

const wholeNumber = (maximum: number, rest: object = {}) =>
  described({ type: 'integer', minimum: 1, maximum, ...rest });

const pictureWidths = PICTURE_WIDTHS.join(', ');

const id = (description: string) =>
  idParamSchema.meta({ description, example: 1, override: wholeNumber(MAX_ID) });

export const jobPath = z.object({ id: id('The job') });
export const filePath = z.object({
  jobId: id('The job'),
  fileId: id('The file, counted from 1 within its job'),
});

export const pagePath = filePath.extend({
  page: id('Its number in a result, from 1: attachments and the pages of a TIFF count too'),
});

export const pictureQuery = z.object({
  width: pictureQuerySchema.shape.width.meta({
    description: `Pixels in a row: of a page that has fewer, as many as it has. Ask for ${pictureWidths} where you can, which are kept as they are`,
    example: 1_280,
    override: wholeNumber(MAX_PICTURE_WIDTH, { minimum: MIN_PICTURE_WIDTH, default: 1_280 }),
  }),
  executionId: pictureQuerySchema.shape.executionId.meta({
    description:
      "The execution by whose result the page is turned upright; by default the newest completed one of the file. Without a result it is as it was decoded, by the file's own orientation",
    override: wholeNumber(MAX_ID),
  }),
});

export const forceQuery = forceQuerySchema.extend({
  force: forceQuerySchema.shape.force.meta({
    description: 'Cancel what is running first',
    override: described({ type: 'boolean', default: false }),
  }),
});

export const executionPath = z.object({
  jobId: id('The job'),
  executionId: id('The execution, counted from 1 within its job'),
});

export const jobQuery = z.object({
  ocrData: jobQuerySchema.shape.ocrData.meta({
    description: 'Without the results if it is false',
    override: described({ type: 'boolean', default: true }),
  }),
});

const aPage = {
  cursor: executionQuerySchema.shape.cursor.meta({
    description: '`nextCursor` of the page before: skips and repeats nothing while entries come and go',
  }),
  limit: executionQuerySchema.shape.limit.meta({
    example: 20,
    override: wholeNumber(MAX_PAGE_SIZE, { default: 20 }),
  }),
};

const { status: ofStatus, provider, errorCode, jobId } = executionQuerySchema.shape;
export const executionQuery = z.object({
  ...aPage,
  status: ofStatus.meta({ description: 'Only executions of this status' }),
  provider: provider.meta({ description: 'Only executions by this provider', example: 'tesseract' }),
  errorCode: errorCode.meta({ description: 'Only executions whose latest fault is this' }),
  jobId: jobId.meta({ description: 'Only executions of this job', override: wholeNumber(MAX_ID) }),
});

const { page, sort, status, search } = listQuerySchema.shape;
export const listQuery = z.object({
  page: page.meta({ example: 1, override: wholeNumber(MAX_PAGE, { default: 1 }) }),
  ...aPage,
  sort: sort.meta({ example: 'createdAt:desc' }),
  status: status.meta({ description: 'Only jobs of this status' }),
  search: search.meta({ description: 'Only jobs with this in their name or a file name', example: 'lunch' }),
});

export const idempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional()
    .meta({
      description:
        'A repeat under the same key is the same job, for a day by default; another upload under it is refused with 422, and any once that job is deleted with 410',
      example: '6f1c9f0a-2f0e-4b7e-8e57-0f3a0c0e3f55',
    }),
});

export const lastEventIdHeader = z.object({
  'Last-Event-ID': z.string().optional().meta({
    description: 'The last event that was seen: the job is sent once more if it has changed since',
    example: '3-mX0pJ2wq9A',
  }),
});
