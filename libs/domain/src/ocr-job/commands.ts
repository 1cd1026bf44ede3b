import type { Escalation, JobFile, Priority } from './events.ts';
import type { Progress } from './status.ts';

/**
 * What the caller read of the job's executions in their own streams, by id. One that is missing counts as pending: it
 * was requested since. That an execution is final stays true, so a command decided again needs no other read.
 */
export type ReadExecutions = ReadonlyMap<number, Progress>;

/** What may be named in a provider's place: that providers are asked by a policy. */
export const AUTO = 'auto';

/** The policy: whom to ask first, and when to ask the next. */
export type AutoPolicy = Escalation & { readonly first: string };

/** What `auto` stands for, if that may be asked for. */
type ByPolicy = { readonly auto?: AutoPolicy | undefined };

/** Numbers of the pages to read, in any order; all pages if there are none. */
type SelectedPages = { readonly pages?: readonly number[] | undefined };

/** Where the document's password is, if one came: no result is reused then, nor is this one, since whoever has none must not read it. */
type WithPassword = { readonly passwordKey?: string | undefined };

/** How old a result of the same bytes may be that is reused, hours; none is if it is 0 or absent. */
type Reusing = { readonly reuseHours?: number | undefined };

/** A file with what is asked of it: an execution by each of these providers. */
export type SubmittedFile = Omit<JobFile, 'id'> &
  SelectedPages & {
    readonly providers: readonly string[];
    /** Where its password is, once for each of the providers, if one came. */
    readonly passwordKeys?: readonly string[] | undefined;
  };

/** What may be asked of a job, by command type. */
export type JobCommand =
  | (ByPolicy & {
      readonly type: 'SubmitJob';
      readonly uid: string;
      readonly tenant: string;
      readonly name: string;
      readonly files: readonly SubmittedFile[];
      readonly priority?: Priority | undefined;
    } & Reusing)
  | ({
      readonly type: 'RequestExecution';
      readonly fileId: number;
      readonly provider: string;
      readonly executions: ReadExecutions;
      /** How many a job may have, over all of its files and its whole life. */
      readonly maxExecutions: number;
      readonly priority?: Priority | undefined;
    } & SelectedPages &
      WithPassword &
      Reusing &
      ByPolicy)
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
