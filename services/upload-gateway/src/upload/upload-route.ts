import type { AutoPolicy } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import type { PasswordSecrets } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import {
  addressKey,
  ClientSemaphore,
  describeSpan,
  HttpError,
  type Logger,
  logFor,
  shareOf,
  subjectAttributes,
  withContext,
} from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import { v7 as uuidv7 } from 'uuid';
import { type GatewayConfig, reuseHoursOf } from '../config.ts';
import { withHttpErrors } from '../jobs/domain-errors.ts';
import { jobIdAllocator } from '../jobs/job-ids.ts';
import { keepPasswords, type PlaceOfFile } from '../jobs/passwords.ts';
import type { Providers } from '../providers/acceptance.ts';
import { autoNow } from '../providers/auto.ts';
import { FileStorage } from './file-storage.ts';
import { providersSoFar, readForm } from './form.ts';
import { idempotencyKeyOf } from './idempotency.ts';
import { readMultipart } from './multipart.ts';
import { submitUpload, type Upload } from './submit.ts';
import type { UploadMetrics } from './upload-metrics.ts';

export interface UploadDeps {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
  readonly providers: Providers;
  /** What `auto` stands for, if anything. */
  readonly auto: AutoPolicy | undefined;
  /** Encrypt the passwords of files; none if no password is taken. */
  readonly secrets: PasswordSecrets;
  readonly config: GatewayConfig;
  readonly log: Logger;
  readonly now: () => Date;
  readonly metrics: UploadMetrics;
}

/** Limits the uploads under way, in total and for each client; the others are asked to come again in a second. */
export function limitInFlight(most: number, mostEach = shareOf(most)): RequestHandler {
  const uploads = new ClientSemaphore(most, mostEach);
  return (request, response, next) => {
    const acquired = uploads.acquire(addressKey(request.ip));
    if (acquired.outcome !== 'acquired') {
      const whose = acquired.outcome === 'full' ? '' : ' from your address';
      throw new HttpError(429, `Too many uploads at once${whose}; try again`, { 'Retry-After': '1' });
    }
    response.once('close', acquired.release);
    next();
  };
}

/** `POST /ocr-jobs/upload`: what is refused, or breaks off, leaves nothing behind. */
export function uploadRoute(deps: UploadDeps): RequestHandler {
  const { eventStore, objects, providers, auto, secrets, config, now, metrics } = deps;
  const limits = {
    maxFileBytes: config.MAX_FILE_BYTES,
    maxFiles: config.MAX_FILES_PER_JOB,
    maxExecutions: config.MAX_EXECUTIONS_PER_JOB,
    secrets,
  };
  const allocateJobId = jobIdAllocator(eventStore);
  const beginUpload = async () => {
    const uid = uuidv7({ msecs: now().getTime() });
    return { uid, jobId: await allocateJobId(uid) };
  };
  return withContext(async (context, request, response) => {
    const began = performance.now();
    const log = logFor(deps.log, context);
    const key = idempotencyKeyOf(request.headers['idempotency-key']);
    const storage = new FileStorage({
      objects,
      beginUpload,
      maxFileBytes: limits.maxFileBytes,
      providersSoFar: (fields, file) => providersSoFar(fields, file, limits, providers),
    });
    const discard = () =>
      storage.discard().catch((err) => log.warn({ err }, 'an upload is left to the orphan sweep'));
    const receive = async (): Promise<Upload> => {
      const fields = await readMultipart(request, response, storage, limits);
      const { files, ...begun } = await storage.stored();
      const form = readForm(fields, files, providers, limits);
      const reuseHours = reuseHoursOf(config, context.tenant);
      const keepPassword = (password: string | undefined, place: PlaceOfFile, executions: number) =>
        keepPasswords(deps, password, place, executions);
      return { ...begun, form, auto: autoNow(auto, providers), reuseHours, keepPassword, discard };
    };
    const upload = await receive().catch(async (error) => {
      await discard();
      throw error;
    });
    const id = await withHttpErrors(submitUpload(eventStore, upload, context, key));
    const { files } = upload.form;
    describeSpan(subjectAttributes({ jobId: id, tenant: context.tenant }));
    metrics.accepted(context.tenant, files);
    log.info(
      {
        jobId: id,
        files: files.length,
        bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
        executions: files.reduce((sum, { providers }) => sum + providers.length, 0),
        providers: [...new Set(files.flatMap(({ providers }) => providers))],
        durationMs: Math.round(performance.now() - began),
      },
      'job accepted',
    );
    response.status(201).location(`/ocr-jobs/${id}`).json({ id });
  });
}
