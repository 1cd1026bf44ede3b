import { PRIORITIES } from '@inkstream/domain';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import {
  createdJobSchema,
  executionListSchema,
  historySchema,
  jobExecutionSchema,
  jobListSchema,
  jobSchema,
  MAX_JOB_NAME_LENGTH,
  pdfPassword,
  selectedPages,
  successSchema,
} from '../http.ts';
import { jsonResponse, operation } from './operation.ts';
import {
  executionPath,
  executionQuery,
  forceQuery,
  idempotencyHeader,
  jobPath,
  jobQuery,
  lastEventIdHeader,
  listQuery,
} from './parameters.ts';
import * as samples from './samples.ts';

const tags = ['Jobs'];
const noJob = { 400: 'id: must be a positive integer', 404: true } as const;

const jobEtag = { ETag: { schema: { type: 'string' as const }, example: 'W/"123-4-mX0pJ2wq9A"' } };

const uploadForm = {
  type: 'object' as const,
  required: ['file', 'ocrProvider_0'],
  properties: {
    file: { type: 'array' as const, minItems: 1, items: { type: 'string' as const, format: 'binary' } },
    ocrProvider_0: {
      type: 'string' as const,
      description:
        'The provider for the first file, by its name or an alias; several, separated by commas, are an execution each. `auto`, if it is configured, asks one after another until a reading is good enough. `ocrProvider_1` is for the second file, and so on',
      example: 'tesseract,paddle-ocr-local',
    },
    pages_0: {
      type: 'string' as const,
      description: `${selectedPages.description}. \`pages_1\` is for the second file, and so on`,
      example: selectedPages.example,
    },
    password_0: {
      type: 'string' as const,
      format: 'password',
      writeOnly: true,
      description: `${pdfPassword.description}. \`password_1\` is for the second file, and so on`,
    },
    jobName: {
      type: 'string' as const,
      maxLength: MAX_JOB_NAME_LENGTH,
      description: "The first file's name if it is missing",
    },
    priority: {
      type: 'string' as const,
      enum: [...PRIORITIES],
      default: 'interactive',
      description: 'Bulk work takes what interactive work leaves',
    },
  },
  patternProperties: { '^(ocrProvider|pages|password)_(0|[1-9]\\d*)$': { type: 'string' as const } },
};

export const jobPaths: ZodOpenApiPathsObject = {
  '/ocr-jobs/upload': {
    post: operation({
      operationId: 'uploadJob',
      summary: 'Upload files as a new job',
      description:
        'Fields and files come in any order. The type of a file is read from its bytes: PDF, JPEG, PNG, HEIC, WebP, TIFF, GIF, AVIF, BMP, JPEG 2000, JPEG XL or mail (.eml), as far as the provider takes it.',
      tags,
      requestParams: { header: idempotencyHeader },
      requestBody: {
        required: true,
        content: {
          'multipart/form-data': {
            schema: uploadForm,
            example: { file: ['receipt.jpg'], ocrProvider_0: 'paddle-ocr-local', jobName: 'Lunch' },
          },
        },
      },
      answers: {
        '201': {
          ...jsonResponse('The job is accepted', createdJobSchema, { id: 123 }),
          headers: { Location: { schema: { type: 'string' }, example: '/ocr-jobs/123' } },
        },
      },
      errors: {
        400: "Provider 'invalid' is not available; these are: paddle-ocr-local, tesseract",
        410: true,
        413: true,
        415: true,
        422: true,
        429: true,
        507: true,
      },
    }),
  },
  '/ocr-jobs': {
    get: operation({
      operationId: 'listJobs',
      summary: 'Jobs, page by page',
      tags,
      requestParams: { query: listQuery },
      answers: { '200': jsonResponse('A page of jobs', jobListSchema, samples.jobList) },
      errors: { 400: 'limit: must be a whole number from 1 to 100' },
    }),
  },
  '/ocr-jobs/{id}': {
    get: operation({
      operationId: 'getJob',
      summary: 'A job with its files, executions and results',
      description:
        '`If-None-Match` is honoured: the job changes with its `ETag`, and so does the `progress` of what runs. While the event store is away the job is as lists have it, and `Warning: 110` says that it may be older than what was read before.',
      tags,
      requestParams: { path: jobPath, query: jobQuery },
      answers: {
        '200': { ...jsonResponse('The job', jobSchema, samples.job), headers: jobEtag },
        '304': { description: 'The client has it already', headers: jobEtag },
      },
      errors: noJob,
    }),
    delete: operation({
      operationId: 'deleteJob',
      summary: 'Delete a job with all of its content',
      tags,
      requestParams: { path: jobPath, query: forceQuery },
      answers: { '200': jsonResponse('It is deleted', successSchema, { success: true }) },
      errors: { ...noJob, 409: true },
    }),
  },
  '/ocr-jobs/{jobId}/executions/{executionId}': {
    get: operation({
      operationId: 'getExecution',
      summary: 'One execution with its result',
      tags,
      requestParams: { path: executionPath },
      answers: { '200': jsonResponse('The execution', jobExecutionSchema, samples.execution) },
      errors: {
        400: 'executionId: must be a positive integer',
        404: 'Execution 2 of job 123 does not exist',
      },
    }),
  },
  '/ocr-executions': {
    get: operation({
      operationId: 'listExecutions',
      summary: 'Executions of all jobs, page by page, the latest first',
      tags,
      requestParams: { query: executionQuery },
      answers: { '200': jsonResponse('A page of executions', executionListSchema, samples.executionList) },
      errors: { 400: 'limit: must be a whole number from 1 to 100' },
    }),
  },
  '/ocr-jobs/{id}/history': {
    get: operation({
      operationId: 'getJobHistory',
      summary: 'Everything that happened to a job and its executions',
      tags,
      requestParams: { path: jobPath },
      answers: {
        '200': jsonResponse('Its events, in order', historySchema, { data: [samples.historyEvent] }),
      },
      errors: noJob,
    }),
  },
  '/ocr-jobs/{id}/events': {
    get: operation({
      operationId: 'followJob',
      summary: 'A job as it changes, as server-sent events',
      description:
        '`job` comes first: the job as it is, without `ocrData`. Then what changes: `execution` holds one execution, `file-deleted` the id of a file. `progress` (`{jobId, fileId, executionId, progress: {pagesDone, pages}}`) says how far an execution is that reads several pages, at most twice a second; it may be missed, and has no id. The stream ends with `end` once all executions are final and lists show it, or with `deleted`. Ids begin with the number of changes. More kinds of events may come: ignore those that you do not know.',
      tags,
      requestParams: { path: jobPath, header: lastEventIdHeader },
      answers: {
        '200': {
          description: 'The stream of events',
          content: { 'text/event-stream': { schema: { type: 'string' }, example: samples.jobStreamText } },
        },
        '204': { description: 'Nothing is to come any more' },
      },
      errors: noJob,
    }),
  },
};
