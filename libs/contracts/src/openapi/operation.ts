import type { z } from 'zod';
import type {
  ZodOpenApiOperationObject,
  ZodOpenApiResponseObject,
  ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { errorSchema, problemSchema } from '../http.ts';

/** Every status that is an error, its reason phrase, when it is given, and what `details` may say. */
const ERRORS = {
  400: ['Bad Request', 'The request is not valid', 'id: must be a positive integer'],
  401: ['Unauthorized', 'Without the right secret', "The secret is not this provider's"],
  404: ['Not Found', 'It does not exist', 'Job 123 does not exist'],
  409: [
    'Conflict',
    'The job does not allow it now',
    'The job is running; add ?force=true to cancel it first',
  ],
  410: ['Gone', 'It was deleted', 'The job that this Idempotency-Key stands for is deleted'],
  413: [
    'Payload Too Large',
    'Something is too large',
    "File 'a.pdf' has more than 104857600 bytes (100 MiB), the most that is taken; make it smaller, or split it",
  ],
  415: [
    'Unsupported Media Type',
    'Of a type that is not taken',
    "File 'a.docx' is a Word document; provider 'tesseract' takes PDF, JPEG and PNG",
  ],
  416: ['Range Not Satisfiable', 'No byte of the file lies in the range', 'The file has 1000 bytes'],
  422: [
    'Unprocessable Entity',
    'It was understood, and cannot be done',
    'This Idempotency-Key was used for another upload',
  ],
  429: ['Too Many Requests', 'Retry after Retry-After seconds', 'Too many uploads at once; try again'],
  500: ['Internal Server Error', 'Something went wrong on our side', 'Something went wrong on our side'],
  503: [
    'Service Unavailable',
    'Retry after Retry-After seconds',
    'A part of the system does not answer; try again',
  ],
  507: [
    'Insufficient Storage',
    'The disk of the data folder is full; retry after Retry-After seconds',
    'The disk of the data folder is full; delete jobs, or try again later',
  ],
} as const satisfies Record<number, readonly [string, string, string]>;

export type ErrorStatus = keyof typeof ERRORS;

const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds', schema: { type: 'integer' as const }, example: 1 },
};

function errorResponse(statusCode: ErrorStatus, details?: string): ZodOpenApiResponseObject {
  const [message, description, usual] = ERRORS[statusCode];
  const example = { statusCode, message, details: details ?? usual };
  return {
    description,
    ...([429, 503, 507].includes(statusCode) ? { headers: RETRY_AFTER } : {}),
    content: {
      'application/json': { schema: errorSchema, example },
      'application/problem+json': {
        schema: problemSchema,
        example: {
          type: 'about:blank',
          title: message,
          status: statusCode,
          detail: example.details,
          ...example,
        },
      },
    },
  };
}

/** An answer in JSON. */
export const jsonResponse = (
  description: string,
  schema: z.ZodType,
  example: unknown,
): ZodOpenApiResponseObject => ({ description, content: { 'application/json': { schema, example } } });

/** What an operation has, besides its answers. `errors` are those beyond 500 and 503, with details of their own. */
export interface OperationParts extends Omit<ZodOpenApiOperationObject, 'responses'> {
  readonly operationId: string;
  readonly summary: string;
  readonly answers: ZodOpenApiResponsesObject;
  readonly errors?: { readonly [status in ErrorStatus]?: string | true };
}

/** An operation with all its answers, errors included. */
export function operation({ answers, errors = {}, ...rest }: OperationParts): ZodOpenApiOperationObject {
  const all = { ...errors, 500: true, 503: true } as const;
  const responses: ZodOpenApiResponsesObject = { ...answers };
  for (const [status, details] of Object.entries(all))
    responses[status as `4${number}`] = errorResponse(
      Number(status) as ErrorStatus,
      details === true ? undefined : details,
    );
  return { ...rest, responses };
}
