import { z } from 'zod';
import { boxSchema, ocrPageSchema } from './ocr-result/page.ts';
import { receiptSchema } from './ocr-result/receipt.ts';

/** The version that results are written in today. A field more does not raise it: see docs/result.md. */
export const RESULT_VERSION = 2;

/** Something that was not read, or not surely. `page` is a page's number, `field` the name of a receipt's field. */
export const resultWarningSchema = z.object({
  code: z.enum([
    'page_not_read',
    'region_not_read',
    'script_not_read',
    'script_not_supported',
    'field_not_read',
    'not_read_better',
    'damaged_input',
    'blank',
    'font_not_available',
    'further_pictures',
  ]),
  message: z.string(),
  page: z.number().int().positive().exactOptional(),
  region: boxSchema.exactOptional(),
  field: z.string().exactOptional(),
});
export type ResultWarning = z.infer<typeof resultWarningSchema>;

/** The result of an execution: the same shape from every provider. It is `ocrData` once stringified. */
export const ocrResultSchema = z.object({
  schemaVersion: z.literal(RESULT_VERSION),
  markdown: z.string(),
  text: z.string(),
  pages: z.array(ocrPageSchema),
  receipt: receiptSchema.nullable().meta({ description: 'The first of `receipts`, null if there is none' }),
  receipts: z.array(receiptSchema).meta({ description: 'One for each receipt in the document' }),
  warnings: z.array(resultWarningSchema).meta({ description: 'What was not read' }),
  reused: z.literal(true).exactOptional().meta({
    description: 'Nothing was read for it: it is a copy of a result of the same bytes',
  }),
});
export type OcrResult = z.infer<typeof ocrResultSchema>;
