import { HttpError, type Logger } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import type { GatewayConfig } from '../config.ts';
import { withHttpErrors } from '../jobs/domain-errors.ts';
import { jobIdAllocator } from '../jobs/job-ids.ts';
import type { ProviderRegistry } from '../providers/registry.ts';
import { FileStorage } from './file-storage.ts';
import { providerSoFar, readForm } from './form.ts';
import { idempotencyKeyOf } from './idempotency.ts';
import { readMultipart } from './multipart.ts';
import { type Stores, submitUpload, type Upload } from './submit.ts';

export interface UploadDeps extends Stores {
  readonly providers: ProviderRegistry;
  readonly config: GatewayConfig;
  readonly log: Logger;
}

/** Takes no more than so many uploads at once; the others are asked to come again in a second. */
export function limitInFlight(most: number): RequestHandler {
  let inFlight = 0;
  return (_request, response, next) => {
    if (inFlight >= most)
      throw new HttpError(429, 'Too many uploads at once; try again', { 'Retry-After': '1' });
    inFlight++;
    response.once('close', () => inFlight--);
    next();
  };
}

/** `POST /ocr-jobs/upload`: what is refused, or breaks off, leaves nothing behind. */
export function uploadRoute({ eventStore, objects, providers, config, log }: UploadDeps): RequestHandler {
  const limits = { maxFileBytes: config.MAX_FILE_BYTES, maxFiles: config.MAX_FILES_PER_JOB };
  const allocateJobId = jobIdAllocator(eventStore);
  return async (request, response) => {
    const key = idempotencyKeyOf(request.headers['idempotency-key']);
    const storage = new FileStorage({
      objects,
      allocateJobId,
      maxFileBytes: limits.maxFileBytes,
      providerSoFar: (fields, file) => providerSoFar(fields, file, limits.maxFiles, providers.find),
    });
    const discard = () =>
      storage.discard().catch((err) => log.warn({ err }, 'an upload is left to the orphan sweep'));
    const receive = async (): Promise<Upload> => {
      const fields = await readMultipart(request, response, storage, limits);
      const { jobId, files } = await storage.stored();
      return { jobId, form: readForm(fields, files, providers.find), discard };
    };
    const upload = await receive().catch(async (error) => {
      await discard();
      throw error;
    });
    const id = await withHttpErrors(submitUpload({ eventStore, objects }, upload, key));
    response.status(201).location(`/ocr-jobs/${id}`).json({ id });
  };
}
