import { z } from 'zod';
import type { ZodOpenApiComponentsObject } from 'zod-openapi';
import { receiptFieldSchema, receiptSchema } from '../ocr-result/receipt.ts';
import { ocrResultSchema } from '../ocr-result.ts';
import { ocrResult } from './samples.ts';

const components = z.registry<{ id: string }>();
components.add(ocrResultSchema, { id: 'OcrResult' });
components.add(receiptSchema, { id: 'Receipt' });
components.add(receiptFieldSchema, { id: 'ReceiptField' });

const { schemas } = z.toJSONSchema(components, {
  uri: (id) => `#/components/schemas/${id}`,
  // A field may be added to the result without a new version.
  override: ({ jsonSchema, zodSchema }) => {
    delete jsonSchema.additionalProperties;
    if (zodSchema === ocrResultSchema) jsonSchema.examples = [ocrResult];
  },
});

/** The result as components: no route answers with it, it is a string within `ocrData`. */
export const resultComponents = Object.fromEntries(
  Object.entries(schemas).map(([id, { $id: _id, $schema: _schema, ...schema }]) => [id, schema]),
) as NonNullable<ZodOpenApiComponentsObject['schemas']>;
