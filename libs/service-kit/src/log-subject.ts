import { AsyncLocalStorage } from 'node:async_hooks';

/** What is being worked on, as fields of the log lines that are written meanwhile. */
export interface LogSubject {
  readonly jobId?: number | undefined;
  readonly executionId?: number | undefined;
  readonly tenant?: string | undefined;
  readonly actor?: string | undefined;
  readonly requestId?: string | undefined;
}

const subjects = new AsyncLocalStorage<() => LogSubject>();

/** Does work whose log lines, however deep, say what it is about; `subject` is asked at each line. */
export const loggedAs = <T>(subject: () => LogSubject, work: () => T): T => subjects.run(subject, work);

/** The subject of what runs now; empty if it has none. */
export const currentSubject = (): LogSubject => subjects.getStore()?.() ?? {};
