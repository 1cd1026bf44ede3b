import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  attemptFailureSchema,
  beginSchema,
  completionSchema,
  failedPageSchema,
  idParamSchema,
  readPageSchema,
} from '@inkstream/contracts';
import { subjectOf } from '@inkstream/domain';
import { type EventStore, StoreClock } from '@inkstream/event-store';
import type { ObjectStore } from '@inkstream/object-store';
import {
  defaultRetryPolicy,
  NoSuchRequestError,
  RemoteAttempts,
  type RequestName,
  type RetryPolicy,
  type Standing,
  UnfitError,
} from '@inkstream/provider-kit/remote';
import {
  EventLostError,
  errorHandler,
  HttpError,
  healthRoutes,
  type Logger,
  mountedAt,
  notFound,
  parseInput,
} from '@inkstream/service-kit';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import { authorize } from './authorize.ts';
import type { ProviderSecrets } from './config.ts';

export interface ProviderDoorDeps {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
  readonly log: Logger;
  readonly secrets: ProviderSecrets;
  readonly policy?: RetryPolicy;
  readonly random?: () => number;
}

/** A page with the engine's own answer, which may be large. */
const MAX_BODY_BYTES = 16 * 2 ** 20;

const revisionSchema = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number);
const uidSchema = z.uuid();
const subjectSchema = z.string().transform((text, context) => {
  const subject = subjectOf(text);
  if (!subject) context.addIssue({ code: 'custom', message: 'must be that of a message' });
  return subject ?? z.NEVER;
});

type Params = Record<'provider' | 'subject' | 'uid' | 'revision', string>;
type AttemptParams = Params & Record<'attempt', string>;

const nameOf = ({ params }: Request<Params>): RequestName => ({
  provider: params.provider,
  subject: parseInput(subjectSchema, params.subject, 'subject'),
  uid: parseInput(uidSchema, params.uid, 'uid'),
  revision: parseInput(revisionSchema, params.revision, 'revision'),
});
const attemptOf = ({ params }: Request<AttemptParams>): number =>
  parseInput(idParamSchema, params.attempt, 'attempt');

/** Answers how the execution stands after the call. */
const stands =
  <P extends Params>(call: (request: Request<P>) => Promise<Standing>): RequestHandler<P> =>
  async (request, response) => {
    response.json(await call(request));
  };

/** What is wrong with a call, as an answer. */
const refusals: ErrorRequestHandler = (error, _request, _response, next) => {
  if (error instanceof NoSuchRequestError) next(new HttpError(404, error.message));
  else if (error instanceof EventLostError) next(new HttpError(410, error.message));
  else if (error instanceof UnfitError) next(new HttpError(422, error.message));
  else next(error);
};

const REQUESTS = '/providers/:provider/requests/:subject/:uid/:revision';

/** Work for providers elsewhere, over HTTP: docs/provider-protocol.md. */
export function createProviderDoor(deps: ProviderDoorDeps): Express {
  const { eventStore, objects, secrets, log, policy = defaultRetryPolicy, random = Math.random } = deps;
  const storeClock = new StoreClock(eventStore);
  const attempts = new RemoteAttempts({ eventStore, objects, storeClock, policy, random, log });

  const sendDocument: RequestHandler<Params> = async (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const document = await attempts.document(nameOf(request), gone.signal);
    if (!document) throw new HttpError(410, 'The document is deleted');
    response.set({ 'Content-Type': document.mimeType, 'Content-Length': String(document.bytes) });
    // Cut off unless it is whole and right: the last bytes come once that is known.
    await pipeline(Readable.from(document.content), response).catch((err) => {
      if (!gone.signal.aborted) log.warn({ err }, 'a document was not handed over');
      response.destroy();
    });
  };

  const work = express.Router({ mergeParams: true });
  work.get(
    '/',
    stands<Params>((request) => attempts.standing(nameOf(request))),
  );
  work.get('/document', sendDocument);
  work.post(
    '/attempts',
    stands<Params>((request) => {
      const { worker, redelivered } = parseInput(beginSchema, request.body);
      return attempts.begin(nameOf(request), worker, redelivered);
    }),
  );
  work.put(
    '/attempts/:attempt/pages/:number',
    stands<AttemptParams & { number: string }>((request) => {
      const number = parseInput(idParamSchema, request.params.number, 'number');
      const { body } = request;
      const said = Object(body).error ? parseInput(failedPageSchema, body) : parseInput(readPageSchema, body);
      return attempts.page(nameOf(request), attemptOf(request), number, said);
    }),
  );
  work.post(
    '/attempts/:attempt/completion',
    stands<AttemptParams>((request) =>
      attempts.complete(nameOf(request), attemptOf(request), parseInput(completionSchema, request.body)),
    ),
  );
  work.post(
    '/attempts/:attempt/failure',
    stands<AttemptParams>((request) => {
      const { usage, cost, ...fault } = parseInput(attemptFailureSchema, request.body);
      const spent = { ...(usage && { usage }), ...(cost && { cost }) };
      return attempts.fail(nameOf(request), attemptOf(request), fault, spent);
    }),
  );
  work.delete(
    '/attempts/:attempt',
    stands<AttemptParams>((request) => attempts.release(nameOf(request), attemptOf(request))),
  );

  const dependencies = {
    eventStore: (signal: AbortSignal) => eventStore.ping(signal),
    objects: (signal: AbortSignal) => objects.ping(signal),
  };
  return express()
    .disable('x-powered-by')
    .disable('etag')
    .use(healthRoutes(dependencies))
    .use('/providers/:provider', authorize(secrets))
    .use(express.json({ limit: MAX_BODY_BYTES }))
    .use(REQUESTS, mountedAt(REQUESTS), work)
    .use(notFound, refusals, errorHandler(log));
}
