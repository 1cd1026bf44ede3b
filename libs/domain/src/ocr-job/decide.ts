import { DomainError, type JobCommand } from './commands.ts';
import type { JobEvent } from './events.ts';
import type { ExecutionState, JobState, OpenJob } from './state.ts';
import { isFinal, jobStatus } from './status.ts';

function openJob(state: JobState): OpenJob {
  if (state.status !== 'open') throw new DomainError('job_not_found', 'The job does not exist');
  return state;
}

function fileOf(job: OpenJob, fileId: number) {
  const file = job.files.get(fileId);
  if (!file || file.deleted)
    throw new DomainError('file_not_found', `File ${fileId} does not exist in this job`);
  return file;
}

function unfinishedExecution(job: OpenJob, executionId: number): ExecutionState {
  const execution = job.executions.get(executionId);
  if (!execution) throw new DomainError('execution_not_found', `Execution ${executionId} does not exist`);
  if (isFinal(execution.status))
    throw new DomainError('execution_final', `Execution ${executionId} is ${execution.status} already`);
  return execution;
}

/** The execution, where this attempt is the one that runs. An older attempt has lost its say. */
function runningAttempt(job: OpenJob, executionId: number, attempt: number): ExecutionState {
  const execution = unfinishedExecution(job, executionId);
  if (execution.status !== 'running' || execution.attempt !== attempt)
    throw new DomainError(
      'stale_attempt',
      `Attempt ${attempt} of execution ${executionId} is not the running one`,
    );
  return execution;
}

const cancel = (executions: Iterable<ExecutionState>, reason: string): JobEvent[] =>
  [...executions]
    .filter(({ status }) => !isFinal(status))
    .map(({ id }) => ({ type: 'ExecutionCancelled', data: { executionId: id, reason } }));

/**
 * The events that a command leads to.
 *
 * @throws DomainError where the job's state does not allow the command; then nothing happens.
 */
export function decide(command: JobCommand, state: JobState): JobEvent[] {
  switch (command.type) {
    case 'SubmitJob': {
      if (state.status === 'abandoned')
        throw new DomainError(
          'job_abandoned',
          'The upload took so long that its files were removed; upload them again',
        );
      if (state.status !== 'absent') throw new DomainError('job_exists', 'The job exists already');
      if (command.files.length === 0) throw new DomainError('no_files', 'A job needs at least one file');
      const files = command.files.map(({ provider: _, ...file }, index) => ({ id: index + 1, ...file }));
      const requests = command.files.map(
        ({ provider }, index): JobEvent => ({
          type: 'ExecutionRequested',
          data: { executionId: index + 1, fileId: index + 1, provider },
        }),
      );
      return [{ type: 'JobSubmitted', data: { name: command.name, files } }, ...requests];
    }
    case 'RequestExecution': {
      const job = openJob(state);
      const { fileId, provider, maxExecutions } = command;
      fileOf(job, fileId);
      const twin = job.executions
        .values()
        .find((one) => one.fileId === fileId && one.provider === provider && !isFinal(one.status));
      if (twin)
        throw new DomainError(
          'execution_unfinished',
          `Execution ${twin.id} of ${provider} on this file is ${twin.status}`,
        );
      if (job.executions.size >= maxExecutions)
        throw new DomainError('too_many_executions', `A job takes at most ${maxExecutions} executions`);
      return [
        { type: 'ExecutionRequested', data: { executionId: job.executions.size + 1, fileId, provider } },
      ];
    }
    case 'StartExecution': {
      const { type: _, ...data } = command;
      const execution = unfinishedExecution(openJob(state), data.executionId);
      if (data.attempt !== execution.attempt + 1)
        throw new DomainError(
          'stale_attempt',
          `Attempt ${data.attempt} does not follow attempt ${execution.attempt}`,
        );
      return [{ type: 'ExecutionStarted', data }];
    }
    case 'ScheduleRetry': {
      const { type: _, ...data } = command;
      runningAttempt(openJob(state), data.executionId, data.attempt);
      return [{ type: 'ExecutionRetryScheduled', data }];
    }
    case 'CompleteExecution': {
      const { type: _, ...data } = command;
      const execution = unfinishedExecution(openJob(state), data.executionId);
      if (data.attempt > execution.attempt || data.attempt < 1)
        throw new DomainError(
          'stale_attempt',
          `Attempt ${data.attempt} of execution ${data.executionId} never started`,
        );
      return [{ type: 'ExecutionCompleted', data }];
    }
    case 'FailExecution': {
      const { type: _, ...data } = command;
      runningAttempt(openJob(state), data.executionId, data.attempt);
      return [{ type: 'ExecutionFailed', data }];
    }
    case 'DeleteFile': {
      const job = openJob(state);
      const { fileId, reason, force } = command;
      fileOf(job, fileId);
      const executions = [...job.executions.values()].filter((execution) => execution.fileId === fileId);
      if (!force && jobStatus(executions) === 'running')
        throw new DomainError(
          'job_running',
          `File ${fileId} is being read; add ?force=true to cancel that first`,
        );
      return [...cancel(executions, reason), { type: 'FileDeleted', data: { fileId, reason } }];
    }
    case 'DeleteJob': {
      const job = openJob(state);
      const { reason, force } = command;
      if (!force && jobStatus(job.executions.values()) === 'running')
        throw new DomainError('job_running', 'The job is running; add ?force=true to cancel it first');
      return [...cancel(job.executions.values(), reason), { type: 'JobDeleted', data: { reason } }];
    }
    default:
      return command satisfies never;
  }
}
