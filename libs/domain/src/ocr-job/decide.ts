import { DomainError } from '../domain-error.ts';
import { isFinal } from '../ocr-execution/status.ts';
import { AUTO, type AutoPolicy, type JobCommand, type ReadExecutions } from './commands.ts';
import type { ExecutionRequested, JobEvent, JobFile, Priority, StoredDocument } from './events.ts';
import type { JobState, OpenJob, RequestedExecution } from './state.ts';
import { jobStatus, type Progress, tallyOf } from './status.ts';

const NOT_STARTED: Progress = { status: 'pending', attempt: 0 };

function openJob(state: JobState): OpenJob {
  if (state.status !== 'open') throw new DomainError('job_not_found', 'The job does not exist');
  return state;
}

function fileOf(job: OpenJob, fileId: number): JobFile {
  const file = job.files.find(({ id }) => id === fileId);
  if (!file || file.deleted)
    throw new DomainError('file_not_found', `File ${fileId} does not exist in this job`);
  return file;
}

const documentOf = ({ mimeType, bytes, sha256, storageKey }: StoredDocument): StoredDocument => ({
  mimeType,
  bytes,
  sha256,
  storageKey,
});

/** In ascending order, each page once. */
const selected = (pages: readonly number[] = []): Pick<ExecutionRequested, 'pages'> =>
  pages.length > 0 ? { pages: [...new Set(pages)].sort((a, b) => a - b) } : {};

const reusing = (hours = 0, anew = false): Pick<ExecutionRequested, 'reuse'> =>
  hours > 0 ? { reuse: { hours, ...(anew && { anew }) } } : {};

/** What is asked of a provider, or of `auto`: these pages of a file, or all of them. */
type Asked = Pick<ExecutionRequested, 'fileId' | 'provider' | 'document' | 'reuse'> & {
  readonly pages: readonly number[] | undefined;
  readonly passwordKey: string | undefined;
};

/** Who is asked first, and when the next: events say so, since a policy that changes changes nothing that was asked. */
function termsOf(provider: string, auto: AutoPolicy | undefined) {
  if (provider !== AUTO || !auto) return { first: provider };
  const { first, ...escalation } = auto;
  return { first, escalation };
}

const requested = (
  executionId: number,
  { fileId, provider, document, pages, reuse, passwordKey }: Asked,
  { priority, auto }: { readonly priority?: Priority | undefined; readonly auto?: AutoPolicy | undefined },
): JobEvent => {
  const { first, escalation } = termsOf(provider, auto);
  const asked = { executionId, fileId, provider: first, document };
  const terms = { ...(priority && { priority }), ...selected(pages) };
  // Whoever has no password must not be given what was read with one.
  const secret = passwordKey === undefined ? reuse && { reuse } : { passwordKey };
  const policies = { ...secret, ...(escalation && { escalation }) };
  return { type: 'ExecutionRequested', data: { ...asked, ...terms, ...policies } };
};

const isRunning = (executions: readonly RequestedExecution[], read: ReadExecutions): boolean =>
  jobStatus(tallyOf(executions.map(({ id }) => read.get(id) ?? NOT_STARTED))) === 'running';

/**
 * The events that a command leads to.
 *
 * @throws DomainError if the job's state does not allow the command; then nothing happens.
 */
export function decideJob(command: JobCommand, state: JobState): JobEvent[] {
  switch (command.type) {
    case 'SubmitJob': {
      if (state.status === 'abandoned')
        throw new DomainError(
          'job_abandoned',
          'The upload took so long that its files were removed; upload them again',
        );
      if (state.status !== 'absent') throw new DomainError('job_exists', 'The job exists already');
      if (command.files.length === 0) throw new DomainError('no_files', 'A job needs at least one file');
      const { uid, tenant, name, reuseHours } = command;
      const files = command.files.map(({ providers: _, pages: __, passwordKeys: ___, ...file }, index) => ({
        id: index + 1,
        ...file,
      }));
      const requests = command.files
        .flatMap(({ providers, pages, passwordKeys, ...file }, index) =>
          providers.map((provider, at) => ({
            ...{ fileId: index + 1, provider, document: documentOf(file), pages },
            passwordKey: passwordKeys?.[at],
            ...reusing(reuseHours),
          })),
        )
        .map((asked, index) => requested(index + 1, asked, command));
      const executions = requests.length;
      const submitted = { uid, tenant, name, files, ...(executions !== files.length && { executions }) };
      return [{ type: 'JobSubmitted', data: submitted }, ...requests];
    }
    case 'RequestExecution': {
      const job = openJob(state);
      const { fileId, provider, pages, executions, maxExecutions, reuseHours, passwordKey } = command;
      const file = fileOf(job, fileId);
      const before = job.executions.filter((one) => one.fileId === fileId && one.provider === provider);
      const twin = before.find(({ id }) => !isFinal((executions.get(id) ?? NOT_STARTED).status));
      if (twin)
        throw new DomainError(
          'execution_unfinished',
          `Execution ${twin.id} of ${provider} on this file is not finished`,
        );
      if (job.executions.length >= maxExecutions)
        throw new DomainError(
          'too_many_executions',
          `A job takes at most ${maxExecutions} executions; upload the file again as another job`,
        );
      const asked = { fileId, provider, document: documentOf(file), pages, passwordKey };
      const reuse = reusing(reuseHours, before.length > 0);
      return [requested(job.executions.length + 1, { ...asked, ...reuse }, command)];
    }
    case 'DeleteFile': {
      const job = openJob(state);
      const { fileId, executions, reason, force } = command;
      fileOf(job, fileId);
      const own = job.executions.filter((execution) => execution.fileId === fileId);
      if (!force && isRunning(own, executions))
        throw new DomainError(
          'job_running',
          `File ${fileId} is being read; add ?force=true to cancel that first`,
        );
      return [{ type: 'FileDeleted', data: { fileId, reason } }];
    }
    case 'DeleteJob': {
      const job = openJob(state);
      const { executions, reason, force } = command;
      if (!force && isRunning(job.executions, executions))
        throw new DomainError('job_running', 'The job is running; add ?force=true to cancel it first');
      return [{ type: 'JobDeleted', data: { uid: job.uid, executions: job.executions.length, reason } }];
    }
    default:
      return command satisfies never;
  }
}
