import { z } from 'zod';
import { createDocument, type ZodOpenApiComponentsObject } from 'zod-openapi';
import { receiptFieldSchema, receiptSchema } from './ocr-result/receipt.ts';
import { ocrResultSchema } from './ocr-result.ts';
import { filePaths } from './openapi/paths-files.ts';
import { jobPaths } from './openapi/paths-jobs.ts';
import { servicePaths } from './openapi/paths-service.ts';
import { ocrResult } from './openapi/samples.ts';

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
const resultComponents = Object.fromEntries(
  Object.entries(schemas).map(([id, { $id: _id, $schema: _schema, ...schema }]) => [id, schema]),
) as NonNullable<ZodOpenApiComponentsObject['schemas']>;

/** The HTTP API as an OpenAPI 3.1 document, made from the very schemas that validate. */
export const createOpenApiDocument = (): ReturnType<typeof createDocument> =>
  createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Inkstream',
      version: '1.0.0',
      description: 'Receipts in, text and structured fields out',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [{ name: 'Jobs' }, { name: 'Files' }, { name: 'Service' }],
    components: { schemas: resultComponents },
    paths: { ...jobPaths, ...filePaths, ...servicePaths },
  });
