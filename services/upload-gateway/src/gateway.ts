import { DEAD_LETTER_TOPIC, DELETIONS_TOPIC, PROVIDERS_TOPIC, topicSpec } from '@inkstream/contracts';
import type { EventStore } from '@inkstream/event-store';
import { KnownJobs, type PasswordSecrets } from '@inkstream/job-store';
import type { MessageBus } from '@inkstream/message-bus';
import type { ObjectStore } from '@inkstream/object-store';
import {
  closeInOrder,
  errorHandler,
  healthRoutes,
  type Logger,
  notFound,
  publicDoor,
  type TrustProxy,
} from '@inkstream/service-kit';
import express, { type Express, type RequestHandler } from 'express';
import { jsonBody } from './body-type.ts';
import { assertLimitsAgree, type GatewayConfig } from './config.ts';
import { docsRoutes } from './docs/docs-routes.ts';
import { startContentEraser } from './jobs/content-eraser.ts';
import { deleteFile, deleteJob, requestExecution } from './jobs/job-routes.ts';
import { onlyKnownMethods } from './methods.ts';
import { limitPages } from './providers/acceptance.ts';
import { autoPolicyOf, withAuto } from './providers/auto.ts';
import { type AskBacklog, recentBacklog } from './providers/backlog.ts';
import { listProviders } from './providers/list-providers.ts';
import { followProviders, type ProviderRegistry } from './providers/registry.ts';
import { uploadMetrics } from './upload/upload-metrics.ts';
import { limitInFlight, uploadRoute } from './upload/upload-route.ts';

export interface UploadGatewayDeps {
  readonly eventStore: EventStore;
  readonly bus: MessageBus;
  readonly objects: ObjectStore;
  /** Answers every GET that is not the gateway's own: query-api, in this process or forwarded to. */
  readonly reads: RequestHandler;
  /** What waits for the providers; `GET /providers` does without if it is missing or fails. */
  readonly backlog?: AskBacklog;
  readonly log: Logger;
  readonly config: GatewayConfig;
  /** Encrypt the passwords of PDFs; none by default, and then no password is taken. */
  readonly secrets?: PasswordSecrets;
  /** Who is trusted to say the address of a client (default nobody). */
  readonly trustProxy?: TrustProxy | undefined;
  readonly now?: () => Date;
  /** A monotonic clock, ms, for the presence of providers. */
  readonly clock?: () => number;
  /** Whether providers run in processes of their own (default no): one that is not known yet may be there all the same. */
  readonly providersElsewhere?: boolean;
}

export interface UploadGateway {
  readonly app: Express;
  close(): Promise<void>;
}

const forReading =
  (reads: RequestHandler): RequestHandler =>
  (request, response, next) =>
    request.method === 'GET' || request.method === 'HEAD' ? reads(request, response, next) : next();

function createApp(
  deps: UploadGatewayDeps,
  registry: ProviderRegistry,
  jobs: KnownJobs,
  now: () => Date,
): Express {
  const { eventStore, bus, objects, config, log, secrets = [] } = deps;
  const auto = autoPolicyOf(config);
  const providers = withAuto(limitPages(registry, config.MAX_PAGES), auto);
  const commands = { eventStore, objects, jobs, providers, auto, secrets, config, log, now };
  const app = express()
    .disable('x-powered-by')
    .set('trust proxy', deps.trustProxy ?? false);
  app.use(publicDoor, onlyKnownMethods());
  app.use(
    healthRoutes(
      {
        eventStore: (signal) => eventStore.ping(signal),
        bus: (signal) => bus.ping(signal),
        objects: (signal) => objects.ping(signal),
      },
      now,
    ),
  );
  app.use(docsRoutes());
  const clock = deps.clock ?? (() => performance.now());
  const onFailure = (err: unknown) => log.warn({ err }, 'the backlog of the providers is not known');
  const backlog = deps.backlog && recentBacklog({ ask: deps.backlog, now: clock, onFailure });
  app.get('/providers', listProviders({ providers, maxFileBytes: config.MAX_FILE_BYTES, backlog, now }));
  const fewAtOnce = limitInFlight(config.MAX_UPLOADS_IN_FLIGHT, config.MAX_UPLOADS_PER_ADDRESS);
  const metrics = uploadMetrics(config.METRICS_TENANTS);
  app.post('/ocr-jobs/upload', metrics.measured, fewAtOnce, uploadRoute({ ...commands, metrics }));
  app.post('/ocr-jobs/:jobId/files/:fileId/executions', jsonBody, requestExecution(commands));
  app.delete('/ocr-jobs/:id', deleteJob(commands));
  app.delete('/ocr-jobs/:jobId/files/:fileId', deleteFile(commands));
  app.use('/internal', notFound);
  app.use(forReading(deps.reads), notFound, errorHandler(log));
  return app;
}

/**
 * The public door of Inkstream: uploads and commands; every other read goes to `reads`.
 *
 * @throws ConfigError if its limits contradict each other.
 */
export async function createUploadGateway(deps: UploadGatewayDeps): Promise<UploadGateway> {
  const { eventStore, bus, objects, config, log, now = () => new Date() } = deps;
  const elsewhere = deps.providersElsewhere ?? false;
  assertLimitsAgree(config);
  await bus.ensureTopics([PROVIDERS_TOPIC, DELETIONS_TOPIC, DEAD_LETTER_TOPIC].map(topicSpec));
  const providers = await followProviders(bus, { log, elsewhere, ...(deps.clock && { now: deps.clock }) });
  const jobs = new KnownJobs(eventStore);
  const eraser = startContentEraser(bus, { eventStore, objects, jobs }, log);
  return {
    app: createApp(deps, providers, jobs, now),
    close: () => closeInOrder([providers, eraser]),
  };
}
