import type { JobFile, Priority } from './events.ts';
import type { Progress } from './status.ts';

/**
 * What the caller read of the job's executions in their own streams, by id. One that is missing counts as pending: it
 * was requested since. That an execution is final stays true, so a command decided again needs no other read.
 */
export type ReadExecutions = ReadonlyMap<number, Progress>;

/** A file with what is asked of it: an execution by each of these providers, of these pages (from 1), or of all. */
export type SubmittedFile = Omit<JobFile, 'id'> & {
  readonly providers: readonly string[];
  readonly pages?: readonly number[] | undefined;
};

/** What may be asked of a job, by command type. */
export type JobCommand =
  | {
      readonly type: 'SubmitJob';
      readonly uid: string;
      readonly tenant: string;
      readonly name: string;
      readonly files: readonly SubmittedFile[];
      readonly priority?: Priority | undefined;
    }
  | {
      readonly type: 'RequestExecution';
      readonly fileId: number;
      readonly provider: string;
      readonly pages?: readonly number[] | undefined;
      readonly executions: ReadExecutions;
      /** How many a job may have, over all of its files and its whole life. */
      readonly maxExecutions: number;
      readonly priority?: Priority | undefined;
    }
  | {
      readonly type: 'DeleteFile';
      readonly fileId: number;
      readonly executions: ReadExecutions;
      readonly force: boolean;
      readonly reason: string;
    }
  | {
      readonly type: 'DeleteJob';
      readonly executions: ReadExecutions;
      readonly force: boolean;
      readonly reason: string;
    };
