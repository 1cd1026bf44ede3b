import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { comparisonSchema } from '../comparison.ts';
import { createdExecutionSchema, requestExecutionSchema, successSchema } from '../http.ts';
import { jsonResponse, operation } from './operation.ts';
import { filePath, forceQuery, pagePath, pictureQuery } from './parameters.ts';
import * as samples from './samples.ts';

const tags = ['Files'];
const noFile = {
  400: 'fileId: must be a positive integer',
  404: 'File 2 of job 123 does not exist',
} as const;

const bytes = { '*/*': { schema: { type: 'string' as const, format: 'binary' } } };
const etag = { ETag: { schema: { type: 'string' as const }, example: '"9f86d081884c7d65"' } };

const pictureEtag = {
  ETag: { schema: { type: 'string' as const }, example: 'W/"9f86d081884c7d65-1-1280-0"' },
};

export const filePaths: ZodOpenApiPathsObject = {
  '/ocr-jobs/{jobId}/files/{fileId}': {
    get: operation({
      operationId: 'getFile',
      summary: "A file's original bytes",
      description:
        'Under its own type, as an attachment. `Range`, `If-Range` and `If-None-Match` are honoured.',
      tags,
      requestParams: { path: filePath },
      answers: {
        '200': { description: 'The whole file', headers: etag, content: bytes },
        '206': { description: 'The range of it that was asked for', headers: etag, content: bytes },
        '304': { description: 'The client has it already', headers: etag },
      },
      errors: { ...noFile, 416: true },
    }),
    delete: operation({
      operationId: 'deleteFile',
      summary: 'Delete a file with all of its results',
      tags,
      requestParams: { path: filePath, query: forceQuery },
      answers: { '200': jsonResponse('It is deleted', successSchema, { success: true }) },
      errors: { ...noFile, 409: 'File 2 is being read; add ?force=true to cancel that first' },
    }),
  },
  '/ocr-jobs/{jobId}/files/{fileId}/comparison': {
    get: operation({
      operationId: 'compareExecutions',
      summary: 'What the providers that have read a file say, side by side',
      description:
        'Of the latest completed execution of each provider: field by field who says what, where they differ, and what is the most probable, by how sure they are and by what adds up.',
      tags,
      requestParams: { path: filePath },
      answers: { '200': jsonResponse('The comparison', comparisonSchema, samples.comparison) },
      errors: noFile,
    }),
  },
  '/ocr-jobs/{jobId}/files/{fileId}/pages/{page}': {
    get: operation({
      operationId: 'getPagePicture',
      summary: 'A page of a file as a picture that browsers show, upright',
      description:
        "A WebP, of whatever kind the file is. The boxes and quadrilaterals of the page's result lie on it, once they are multiplied by its own width over `pages[].width` of the result. It is drawn when it is first asked for, which may take seconds, kept with the file and deleted with it. `If-None-Match` is honoured. A page that is taller than 16,383 pixels, the most of a WebP, is narrower than was asked for.",
      tags,
      requestParams: { path: pagePath, query: pictureQuery },
      answers: {
        '200': {
          description: 'The page',
          headers: pictureEtag,
          content: { 'image/webp': { schema: { type: 'string', format: 'binary' } } },
        },
        '304': { description: 'The client has it already', headers: pictureEtag },
      },
      errors: {
        400: 'width: must be a whole number from 16 to 4000',
        404: 'There is no page 3 in file 1: it has 2',
        422: 'encrypted_document: The PDF is encrypted: only its password opens it',
        429: 'Too many pages are being drawn for your address',
      },
    }),
  },
  '/ocr-jobs/{jobId}/files/{fileId}/executions': {
    post: operation({
      operationId: 'requestExecution',
      summary: 'Read a file again, or with another provider',
      tags,
      requestParams: { path: filePath },
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: requestExecutionSchema,
            example: { ocrProvider: 'paddle-ocr-local' },
          },
        },
      },
      answers: {
        '201': jsonResponse('The execution is accepted', createdExecutionSchema, {
          id: 2,
          status: 'pending',
        }),
      },
      errors: {
        ...noFile,
        409: 'Execution 1 of paddle-ocr-local on this file is running',
        413: "File 'a.pdf' has 2000000 bytes; provider 'tesseract' takes 1000000 bytes at most",
        415: true,
      },
    }),
  },
};
