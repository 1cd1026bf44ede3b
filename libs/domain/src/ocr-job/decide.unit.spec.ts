import { describe, it } from 'vitest';
import {
  cancelled,
  complete,
  completed,
  deleteFile,
  deleteJob,
  fail,
  failed,
  fileDeleted,
  given,
  jobDeleted,
  request,
  requested,
  retry,
  retryScheduled,
  running,
  start,
  started,
  submit,
  submitted,
} from './spec-support/given.ts';

describe('what follows from a command', () => {
  it('SubmitJob numbers files and executions from 1, and asks each file of its own provider', () =>
    given()
      .when(submit('mistral', 'openai'))
      .gives(submitted(1, 2), requested(1, 1, 'mistral'), requested(2, 2, 'openai')));

  it('RequestExecution takes the next id, whatever became of the earlier ones', () => {
    given(...running, completed(1))
      .when(request(1))
      .gives(requested(2, 1));
    given(...running)
      .when(request(1, 'openai'))
      .gives(requested(2, 1, 'openai'));
    given(submitted(1, 2), requested(1), requested(2), cancelled(2), fileDeleted(2))
      .when(request(1, 'openai'))
      .gives(requested(3, 1, 'openai'));
  });

  it('RequestExecution takes executions up to the limit, that one included', () => {
    given(...running, completed(1))
      .when(request(1, 'openai', 2))
      .gives(requested(2, 1, 'openai'));
    given(...running, completed(1), requested(2, 1, 'openai'))
      .when(request(1, 'mistral', 2))
      .refused('too_many_executions');
  });

  it('StartExecution begins the first attempt, the one after a retry, and the one after a crash', () => {
    given(submitted(1), requested(1)).when(start(1)).gives(started(1));
    given(...running, retryScheduled(1))
      .when(start(1, 2))
      .gives(started(1, 2));
    given(...running)
      .when(start(1, 2))
      .gives(started(1, 2));
  });

  it('ScheduleRetry, FailExecution and CompleteExecution end the running attempt', () => {
    given(...running)
      .when(retry(1))
      .gives(retryScheduled(1));
    given(...running)
      .when(fail(1))
      .gives(failed(1));
    given(...running)
      .when(complete(1))
      .gives(completed(1));
  });

  it('CompleteExecution takes the result of an earlier attempt too: work that is done is not thrown away', () => {
    given(...running, started(1, 2))
      .when(complete(1))
      .gives(completed(1));
    given(...running, retryScheduled(1))
      .when(complete(1))
      .gives(completed(1));
  });

  it('DeleteFile cancels what waits, and with force what runs, of this file alone', () => {
    given(submitted(1, 2), requested(1), requested(2), started(2))
      .when(deleteFile(1))
      .gives(cancelled(1), fileDeleted(1));
    given(...running)
      .when(deleteFile(1, true))
      .gives(cancelled(1), fileDeleted(1));
    given(...running, failed(1))
      .when(deleteFile(1))
      .gives(fileDeleted(1));
  });

  it('DeleteJob cancels what waits, and with force what runs', () => {
    given(submitted(1, 2), requested(1), requested(2))
      .when(deleteJob())
      .gives(cancelled(1), cancelled(2), jobDeleted());
    given(...running)
      .when(deleteJob(true))
      .gives(cancelled(1), jobDeleted());
    given(...running, completed(1))
      .when(deleteJob())
      .gives(jobDeleted());
  });

  it('DeleteJob needs no force while nothing has started, though an execution was cancelled', () =>
    given(submitted(1, 2), requested(1), requested(2), cancelled(1), fileDeleted(1))
      .when(deleteJob())
      .gives(cancelled(2), jobDeleted()));
});
