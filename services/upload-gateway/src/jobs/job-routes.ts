import { randomUUID } from 'node:crypto';
import { forceQuerySchema, idParamSchema, requestExecutionSchema } from '@inkstream/contracts';
import { type AutoPolicy, DomainError, type JobCommand, type OpenJob } from '@inkstream/domain';
import {
  executeOnJob,
  type KnownJob,
  type KnownJobs,
  type PasswordSecrets,
  readExecutions,
} from '@inkstream/job-store';
import {
  currentTraceparent,
  describeSpan,
  HttpError,
  type Logger,
  logFor,
  parseInput,
  type RequestContext,
  subjectAttributes,
  withContext,
} from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import { type GatewayConfig, reuseHoursOf } from '../config.ts';
import { assertAccepts, type Providers, requireProvider } from '../providers/acceptance.ts';
import { autoNow } from '../providers/auto.ts';
import { selectedPages } from '../providers/selected-pages.ts';
import { withHttpErrors } from './domain-errors.ts';
import { type ErasureStores, eraseFile, eraseJob } from './erasure.ts';
import { assertTakes, checkedPassword, keepPasswords } from './passwords.ts';

export interface JobDeps extends ErasureStores {
  readonly jobs: KnownJobs;
  readonly providers: Providers;
  /** What `auto` stands for, if anything. */
  readonly auto: AutoPolicy | undefined;
  /** Encrypt the passwords of files; none if no password is taken. */
  readonly secrets: PasswordSecrets;
  readonly config: Pick<
    GatewayConfig,
    'MAX_EXECUTIONS_PER_JOB' | 'RESULT_REUSE_HOURS' | 'RESULT_REUSE_HOURS_BY_TENANT'
  >;
  readonly log: Logger;
}

const REASON = 'deleted by a client';

type KnownOpenJob = KnownJob & { readonly state: OpenJob };

/**
 * The job, if it is the caller's tenant's.
 *
 * @throws HttpError 404. A job of which nothing was read may be there, on a store that is cut off: that is 503.
 */
async function openJob({ eventStore, jobs }: JobDeps, jobId: number, tenant: string): Promise<KnownOpenJob> {
  const { state, revision, traceparent } = await jobs.read(jobId);
  if (state.status === 'absent') await eventStore.ping();
  if (state.status !== 'open' || state.tenant !== tenant) throw new HttpError(404, 'The job does not exist');
  return { state, revision, traceparent };
}

function fileOf(job: OpenJob, fileId: number) {
  const file = job.files.find(({ id }) => id === fileId);
  if (!file || file.deleted) throw new HttpError(404, `File ${fileId} does not exist in this job`);
  return file;
}

/** Decides on the job as it was read; again, if it has changed since. Two requests that ask for the same are two. */
async function run(
  { eventStore }: JobDeps,
  jobId: number,
  command: JobCommand,
  known: KnownOpenJob,
  caller: RequestContext,
): Promise<KnownJob> {
  // What was asked of the job before is in a trace of its own.
  describeSpan(subjectAttributes({ jobId, tenant: caller.tenant }), [known.traceparent]);
  const context = { caller, traceparent: currentTraceparent(), distinct: randomUUID(), known };
  const executed = executeOnJob(eventStore, jobId, command, context).catch(async (error) => {
    if (error instanceof DomainError && error.code === 'job_not_found') await eventStore.ping();
    throw error;
  });
  return withHttpErrors(executed);
}

/** These executions as they stand in their own streams; none if nothing depends on them. */
const executionsOf = (
  { eventStore }: JobDeps,
  jobId: number,
  { uid, executions }: OpenJob,
  isAsked: (execution: OpenJob['executions'][number]) => boolean,
) =>
  readExecutions(
    eventStore,
    jobId,
    executions.filter(isAsked).map(({ id }) => id),
    uid,
  );

const isForced = (query: unknown): boolean => parseInput(forceQuerySchema, query).force === 'true';

/** The deletion is recorded, so an erasure that fails is no error for the client: the content eraser does it again. */
const erase = (erasure: Promise<void>, log: Logger): Promise<void> =>
  erasure.catch((err) => log.warn({ err }, 'an erasure is left to the content eraser'));

/** `DELETE /ocr-jobs/:id` */
export const deleteJob = (deps: JobDeps): RequestHandler<{ id: string }> =>
  withContext(async (caller, request, response) => {
    const jobId = parseInput(idParamSchema, request.params.id, 'id');
    const force = isForced(request.query);
    const known = await openJob(deps, jobId, caller.tenant);
    const executions = await executionsOf(deps, jobId, known.state, () => !force);
    const command = { type: 'DeleteJob', executions, force, reason: REASON } as const;
    const { state, revision } = await run(deps, jobId, command, known, caller);
    if (state.status === 'deleted' && revision !== null) {
      const erasure = { jobId, caller, ...state, deletedAt: revision, reason: REASON };
      await erase(eraseJob(deps, erasure), logFor(deps.log, caller));
    }
    response.json({ success: true });
  });

/** `DELETE /ocr-jobs/:jobId/files/:fileId` */
export const deleteFile = (deps: JobDeps): RequestHandler<{ jobId: string; fileId: string }> =>
  withContext(async (caller, request, response) => {
    const jobId = parseInput(idParamSchema, request.params.jobId, 'jobId');
    const fileId = parseInput(idParamSchema, request.params.fileId, 'fileId');
    const force = isForced(request.query);
    const known = await openJob(deps, jobId, caller.tenant);
    const executions = await executionsOf(deps, jobId, known.state, (one) => !force && one.fileId === fileId);
    const command = { type: 'DeleteFile', fileId, executions, force, reason: REASON } as const;
    const { state: job } = await run(deps, jobId, command, known, caller);
    if (job.status === 'open')
      await erase(eraseFile(deps, { jobId, fileId, job, caller, reason: REASON }), logFor(deps.log, caller));
    response.json({ success: true });
  });

/** `POST /ocr-jobs/:jobId/files/:fileId/executions`, behind `jsonBody`. */
export const requestExecution = (deps: JobDeps): RequestHandler<{ jobId: string; fileId: string }> =>
  withContext(async (caller, request, response) => {
    const jobId = parseInput(idParamSchema, request.params.jobId, 'jobId');
    const fileId = parseInput(idParamSchema, request.params.fileId, 'fileId');
    const { ocrProvider, pages, password: given } = parseInput(requestExecutionSchema, request.body);
    const password = checkedPassword(given, 'password');
    assertTakes(password, deps.secrets);
    const provider = requireProvider(deps.providers, ocrProvider);
    const selected = pages === undefined ? undefined : selectedPages(pages, 'pages', [provider]);
    const known = await openJob(deps, jobId, caller.tenant);
    const { originalName: name, mimeType, bytes } = fileOf(known.state, fileId);
    assertAccepts(provider, { name, mimeType, bytes });
    const isTwin = (one: { fileId: number; provider: string }) =>
      one.fileId === fileId && one.provider === provider.name;
    const executions = await executionsOf(deps, jobId, known.state, isTwin);
    const command = {
      type: 'RequestExecution',
      fileId,
      provider: provider.name,
      auto: autoNow(deps.auto, deps.providers),
      pages: selected,
      executions,
      maxExecutions: deps.config.MAX_EXECUTIONS_PER_JOB,
      reuseHours: reuseHoursOf(deps.config, caller.tenant),
    } as const;
    const place = { uid: known.state.uid, jobId, fileId };
    // Before it is asked for, so that whoever is asked finds it.
    const [passwordKey] = await keepPasswords(deps, password, place, 1);
    const { state: job } = await run(deps, jobId, { ...command, passwordKey }, known, caller).catch(
      async (error) => {
        // Otherwise it may have been asked for after all, and the housekeeper sees to it.
        if (passwordKey !== undefined && error instanceof HttpError) await deps.objects.delete(passwordKey);
        throw error;
      },
    );
    if (job.status !== 'open') throw new HttpError(404, 'The job does not exist');
    response.status(201).json({ id: job.executions.length, status: 'pending' });
  });
