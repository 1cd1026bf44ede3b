import { defaultLimits } from '@inkstream/document-pages';
import {
  ClientSemaphore,
  errorHandler,
  healthRoutes,
  notFound,
  privateDoor,
  readBacklog,
  shareOf,
  type TrustProxy,
} from '@inkstream/service-kit';
import express, { type Express } from 'express';
import { getComparison } from './comparison/get-comparison.ts';
import type { QueryDeps } from './deps.ts';
import { getEvents } from './get-events.ts';
import { getExecution } from './get-execution.ts';
import { getFile } from './get-file.ts';
import { getHistory } from './get-history.ts';
import { getJob } from './get-job.ts';
import { JobFeed } from './job-feed.ts';
import { LatestProgress } from './latest-progress.ts';
import { listExecutions } from './list-executions.ts';
import { listJobs } from './list-jobs.ts';
import { getPicture } from './pictures/get-picture.ts';
import { PagePictures, type PagePicturesOptions } from './pictures/page-pictures.ts';

export interface QueryApi {
  /** Answers every read; as the last of a larger app it answers what is unknown too. */
  readonly app: Express;
  /** Ends all event streams and takes no more. The backends stay open. */
  close(): Promise<void>;
}

const dependencies = ({ eventStore, bus, objects, readModel }: QueryDeps) => ({
  eventStore: (signal: AbortSignal) => eventStore.ping(signal),
  bus: (signal: AbortSignal) => bus.ping(signal),
  objects: (signal: AbortSignal) => objects.ping(signal),
  readModel: (signal: AbortSignal) => readModel.ping(signal),
});

const DEFAULT_MAX_EVENT_STREAMS = 1_000;
const DEFAULT_QUIET_MS = 5_000;
const DEFAULT_PICTURES: PagePicturesOptions = { atOnce: 2, memoryMb: defaultLimits.memoryMb };

export interface QueryApiOptions {
  /** The clock of the health answers, and of what is forgotten. */
  readonly now?: () => Date;
  /** Event streams that may be open at once (default 1,000); one more is refused with 503. */
  readonly maxEventStreams?: number;
  /** Of one client (default a fifth of all); one more is refused with 429. */
  readonly maxEventStreamsPerAddress?: number | undefined;
  /** Who is trusted to say the address of a client (default nobody). */
  readonly trustProxy?: TrustProxy | undefined;
  /** Signs what the gateway says of its callers; without a secret, each of them is the default one. */
  readonly internalSecret?: string | undefined;
  /** After so long without news an event stream looks for itself and sends a heartbeat, ms (default 5,000). */
  readonly quietMs?: number;
  /** How pages are drawn (default: two at once). */
  readonly pictures?: PagePicturesOptions;
}

/** All reads of Inkstream over HTTP. */
export async function createQueryApi(deps: QueryDeps & QueryApiOptions): Promise<QueryApi> {
  const { maxEventStreams = DEFAULT_MAX_EVENT_STREAMS, quietMs = DEFAULT_QUIET_MS } = deps;
  const { maxEventStreamsPerAddress = shareOf(maxEventStreams), trustProxy = false } = deps;
  const latest = new LatestProgress(deps.now ?? (() => new Date()));
  const streams = new ClientSemaphore(maxEventStreams, maxEventStreamsPerAddress);
  const feed = new JobFeed(deps.bus, streams, latest);
  await feed.start();
  const app = express().disable('x-powered-by').disable('etag').set('trust proxy', trustProxy);
  app.use(healthRoutes(dependencies(deps), deps.now));
  app.use(privateDoor(deps.internalSecret));
  app.get('/ocr-jobs', listJobs(deps));
  app.get('/ocr-jobs/:id', getJob(deps, latest));
  app.get('/ocr-jobs/:id/history', getHistory(deps));
  app.get('/ocr-jobs/:id/events', getEvents(deps, feed, latest, quietMs));
  app.get('/ocr-jobs/:jobId/files/:fileId', getFile(deps));
  app.get('/ocr-jobs/:jobId/files/:fileId/comparison', getComparison(deps));
  const pictures = new PagePictures(deps, deps.pictures ?? DEFAULT_PICTURES);
  app.get('/ocr-jobs/:jobId/files/:fileId/pages/:page', getPicture(deps, pictures));
  app.get('/ocr-jobs/:jobId/executions/:executionId', getExecution(deps, latest));
  // The gateway asks this for `GET /providers`; it forwards nothing of `/internal`.
  app.get('/internal/backlog', async (_request, response) => {
    response.json(await readBacklog(deps.readModel));
  });
  app.get('/ocr-executions', listExecutions(deps, latest));
  app.use(notFound, errorHandler(deps.log));
  return { app, close: () => feed.close() };
}
