import { expect, test } from 'vitest';
import type { z } from 'zod';
import { comparisonSchema } from './comparison.ts';
import {
  createdExecutionSchema,
  createdJobSchema,
  errorSchema,
  executionListSchema,
  healthSchema,
  historySchema,
  jobExecutionSchema,
  jobListSchema,
  jobSchema,
  problemSchema,
  providerListSchema,
  readinessSchema,
  requestExecutionSchema,
  successSchema,
} from './http.ts';
import { RECEIPT_FIELDS } from './ocr-result/receipt.ts';
import { ocrResultSchema, RESULT_VERSION } from './ocr-result.ts';
import { createOpenApiDocument } from './openapi.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
interface Media {
  example?: unknown;
  schema: { $ref?: string; items?: { $ref?: string } };
}
interface Operation {
  operationId: string;
  parameters?: { in: string; name: string; required?: boolean }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}

// As clients get it.
const document = JSON.parse(JSON.stringify(createOpenApiDocument())) as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, ...operation })),
);

const refsIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refsIn(inner)));

test('the document is OpenAPI 3.1 and every reference in it leads somewhere', () => {
  expect(document.openapi).toMatch(/^3\.1\.\d$/);
  const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
  expect(refsIn(document).length).toBeGreaterThan(20);
  expect(known).toEqual(expect.arrayContaining(refsIn(document)));
});

test('the result that ocrData holds as a string is a component, its parts too, with its version and all fields', () => {
  const { OcrResult, Receipt, Execution } = JSON.parse(JSON.stringify(document.components.schemas));
  expect(OcrResult.properties.schemaVersion.const).toBe(RESULT_VERSION);
  expect(OcrResult.properties.receipts.items).toEqual({ $ref: '#/components/schemas/Receipt' });
  expect(OcrResult.examples.map((one: unknown) => ocrResultSchema.strict().parse(one))).toEqual(
    OcrResult.examples,
  );
  for (const { name, title, always } of RECEIPT_FIELDS) {
    expect(Receipt.properties[name], name).toMatchObject({ title, description: expect.stringMatching(/./) });
    expect(Receipt.required.includes(name), name).toBe(always);
  }
  expect(JSON.stringify([OcrResult, Receipt])).not.toContain('additionalProperties');
  expect(Execution.properties.ocrData.anyOf[0]).toMatchObject({
    contentMediaType: 'application/json',
    contentSchema: { $ref: '#/components/schemas/OcrResult' },
  });
});

test('operation ids are unique', () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(operations)(
  '$name declares the parameters of its path and the errors that any of them may return',
  (operation) => {
    const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? []).filter((one) => one.in === 'path');
    expect(declared.map(({ name }) => name)).toEqual(inPath);
    expect(declared.every(({ required }) => required)).toBe(true);
    expect(operation.responses).toHaveProperty('503');
    if (inPath.length > 0) expect(operation.responses).toHaveProperty('400');
  },
);

const SCHEMAS: Record<string, z.ZodType> = {
  Job: jobSchema,
  JobList: jobListSchema,
  CreatedJob: createdJobSchema,
  CreatedExecution: createdExecutionSchema,
  RequestExecution: requestExecutionSchema,
  Success: successSchema,
  Health: healthSchema,
  Readiness: readinessSchema,
  History: historySchema,
  JobExecution: jobExecutionSchema,
  ExecutionList: executionListSchema,
  Comparison: comparisonSchema,
  Error: errorSchema,
  Problem: problemSchema,
};

const media = operations.flatMap(({ name, requestBody, responses }) =>
  [
    { status: 'request', content: requestBody?.content },
    ...Object.entries(responses).map(([status, { content }]) => ({ status, content })),
  ].flatMap(({ status, content }) =>
    Object.entries(content ?? {})
      .filter(([type]) => type.endsWith('json'))
      .map(([type, described]) => ({ name: `${name} ${status} as ${type}`, status, ...described })),
  ),
);

test.each(media.filter(({ name }) => !name.includes('openapi.json 200 ')))(
  'the example of $name is valid by its schema',
  ({ status, schema, example }) => {
    const name = schema.$ref?.split('/').at(-1) ?? '';
    const validator = name === '' ? providerListSchema : SCHEMAS[name];
    expect(validator?.safeParse(example)).toMatchObject({ success: true });
    if (name === 'Error' || name === 'Problem') expect(example).toMatchObject({ statusCode: Number(status) });
  },
);
