import { randomUUID } from 'node:crypto';
import { forceQuerySchema, idParamSchema, requestExecutionSchema } from '@inkstream/contracts';
import { DomainError, type JobCommand, type JobState, type OpenJob } from '@inkstream/domain';
import { execute, type KnownJob, readJob } from '@inkstream/job-store';
import { currentTraceparent, HttpError, type Logger, parseInput } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import type { GatewayConfig } from '../config.ts';
import { assertAccepts, requireProvider } from '../providers/acceptance.ts';
import type { ProviderRegistry } from '../providers/registry.ts';
import { withHttpErrors } from './domain-errors.ts';
import { type ErasureStores, eraseFile, eraseJob } from './erasure.ts';

export interface JobDeps extends ErasureStores {
  readonly providers: ProviderRegistry;
  readonly config: Pick<GatewayConfig, 'MAX_EXECUTIONS_PER_JOB'>;
  readonly log: Logger;
}

const REASON = 'deleted by a client';

/** A job of which nothing was read may be there, on a store that is cut off: that is 503 and no 404. */
async function run({ eventStore }: JobDeps, jobId: number, command: JobCommand, known?: KnownJob) {
  const context = { traceparent: currentTraceparent(), requestId: randomUUID(), known };
  const executed = execute(eventStore, jobId, command, context).catch(async (error) => {
    if (error instanceof DomainError && error.code === 'job_not_found') await eventStore.ping();
    throw error;
  });
  return withHttpErrors(executed);
}

const isForced = (query: unknown): boolean => parseInput(forceQuerySchema, query).force === 'true';

/** The deletion stands, so an erasure that fails is no error for the client: the content eraser does it again. */
const erase = (erasure: Promise<void>, { log }: JobDeps): Promise<void> =>
  erasure.catch((err) => log.warn({ err }, 'an erasure is left to the content eraser'));

/** `DELETE /ocr-jobs/:id` */
export const deleteJob =
  (deps: JobDeps): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const id = parseInput(idParamSchema, request.params.id, 'id');
    const force = isForced(request.query);
    const { revision } = await run(deps, id, { type: 'DeleteJob', force, reason: REASON });
    await erase(eraseJob(deps, id, revision), deps);
    response.json({ success: true });
  };

/** `DELETE /ocr-jobs/:jobId/files/:fileId` */
export const deleteFile =
  (deps: JobDeps): RequestHandler<{ jobId: string; fileId: string }> =>
  async (request, response) => {
    const jobId = parseInput(idParamSchema, request.params.jobId, 'jobId');
    const fileId = parseInput(idParamSchema, request.params.fileId, 'fileId');
    const force = isForced(request.query);
    const { state } = await run(deps, jobId, { type: 'DeleteFile', fileId, force, reason: REASON });
    if (state.status === 'open') await erase(eraseFile(deps, jobId, fileId, state), deps);
    response.json({ success: true });
  };

function openJob(state: JobState): OpenJob {
  if (state.status !== 'open') throw new HttpError(404, 'The job does not exist');
  return state;
}

function fileOf(job: OpenJob, fileId: number) {
  const file = job.files.get(fileId);
  if (!file || file.deleted) throw new HttpError(404, `File ${fileId} does not exist in this job`);
  return file;
}

/** `POST /ocr-jobs/:jobId/files/:fileId/executions`, behind `jsonBody`. */
export const requestExecution =
  (deps: JobDeps): RequestHandler<{ jobId: string; fileId: string }> =>
  async (request, response) => {
    const jobId = parseInput(idParamSchema, request.params.jobId, 'jobId');
    const fileId = parseInput(idParamSchema, request.params.fileId, 'fileId');
    const { ocrProvider } = parseInput(requestExecutionSchema, request.body);
    const provider = requireProvider(deps.providers.find, ocrProvider);
    const job = await readJob(deps.eventStore, jobId);
    if (job.state.status === 'absent') await deps.eventStore.ping();
    const { originalName: name, mimeType, bytes } = fileOf(openJob(job.state), fileId);
    assertAccepts(provider, { name, mimeType, bytes });
    const command = {
      type: 'RequestExecution',
      fileId,
      provider: provider.name,
      maxExecutions: deps.config.MAX_EXECUTIONS_PER_JOB,
    } as const;
    const { state } = await run(deps, jobId, command, job);
    response.status(201).json({ id: openJob(state).executions.size, status: 'pending' });
  };
