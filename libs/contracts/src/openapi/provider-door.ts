import { z } from 'zod';
import { createDocument } from 'zod-openapi';
import {
  attemptFailureSchema,
  beginSchema,
  completionSchema,
  pageSaidSchema,
  standingSchema,
} from '../provider-door.ts';
import { PROVIDER_NAME } from '../providers.ts';
import { jsonResponse, type OperationParts, operation } from './operation.ts';

/** A request by the attributes of its message: `ce_subject`, `ce_jobuid`, `ce_revision`. */
const REQUEST = '/providers/{provider}/requests/{subject}/{uid}/{revision}';
const ATTEMPT = `${REQUEST}/attempts/{attempt}`;

const id = z.number().int().positive();
const requestPath = {
  provider: z.string().regex(PROVIDER_NAME),
  subject: z.string().meta({ description: '`ce_subject` of the message', example: 'ocrJob-7' }),
  uid: z.uuid().meta({ description: '`ce_jobuid`' }),
  revision: z.number().int().nonnegative().meta({ description: '`ce_revision`' }),
};
const attemptPath = { ...requestPath, attempt: id };

const json = (schema: z.ZodType) => ({ required: true, content: { 'application/json': { schema } } });
const stands = {
  '200': jsonResponse('How the execution stands', standingSchema, { status: 'running', attempt: 1 }),
};
const errors = {
  400: true,
  401: true,
  404: 'There is no such request',
  410: 'ExecutionRequested at revision 1 of ocrJob-7 is not in the event store any more',
} as const;

const call = (
  operationId: string,
  summary: string,
  path: z.ZodRawShape,
  parts: Partial<OperationParts> = {},
) =>
  operation({
    ...{ operationId, summary, tags: ['Work'], requestParams: { path: z.object(path) }, answers: stands },
    ...parts,
    errors: { ...errors, ...parts.errors },
  });

/** The door for providers that are written in any language, as an OpenAPI 3.1 document. */
export const createDoorDocument = (): ReturnType<typeof createDocument> =>
  createDocument({
    openapi: '3.1.1',
    info: {
      title: "Inkstream: the providers' door",
      version: '1.0.0',
      description:
        'What a worker does with a request that it has from the bus. Each call may be repeated; it is answered as it was.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [{ name: 'Work' }],
    security: [{ secret: [] }],
    components: {
      securitySchemes: {
        secret: {
          type: 'http',
          scheme: 'bearer',
          description: 'The secret of the provider in PROVIDER_SECRETS',
        },
      },
    },
    paths: {
      [REQUEST]: { get: call('getStanding', 'Whether anybody still wants the document read', requestPath) },
      [`${REQUEST}/document`]: {
        get: call(
          'getDocument',
          'The document; cut off if it is not the one that was uploaded',
          requestPath,
          {
            answers: {
              '200': { description: 'Its bytes', content: { 'image/*': {}, 'application/pdf': {} } },
            },
          },
        ),
      },
      [`${REQUEST}/attempts`]: {
        post: call('beginAttempt', 'Begins an attempt, if it is time for one', requestPath, {
          requestBody: json(beginSchema),
        }),
      },
      [`${ATTEMPT}/pages/{number}`]: {
        put: call(
          'putPage',
          'Says what was read of a page',
          { ...attemptPath, number: id },
          {
            requestBody: json(pageSaidSchema),
            errors: { 413: 'request entity too large', 422: 'Page 3 of 2 was not asked for' },
          },
        ),
      },
      [`${ATTEMPT}/completion`]: {
        post: call('completeAttempt', 'Completes the execution with its pages', attemptPath, {
          requestBody: json(completionSchema),
          errors: { 422: 'Nothing is said of page 2 of 2' },
        }),
      },
      [`${ATTEMPT}/failure`]: {
        post: call('failAttempt', 'Says why an attempt failed', attemptPath, {
          requestBody: json(attemptFailureSchema),
          errors: { 422: 'Attempt 2 never began' },
        }),
      },
      [ATTEMPT]: {
        delete: call('releaseAttempt', 'Hands an attempt back: it counts for nothing', attemptPath),
      },
    },
  });
