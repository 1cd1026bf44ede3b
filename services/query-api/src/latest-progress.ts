import type { ExecutionProgress, Progress } from '@inkstream/contracts';
import type { ExecutionView } from '@inkstream/domain';

/** Executions whose progress is kept, and for how long after it was told last, ms. */
const [MAX_KEPT, KEPT_MS] = [10_000, 3_600_000];

interface Told extends Progress {
  readonly attempt: number;
  /** When it was told, ms since 1970. */
  readonly at: number;
}

/** By uid, since an id may come twice. */
const keyOf = (uid: string, executionId: number): string => `${uid}/${executionId}`;

/** How far executions are that run, by their ids: a moment of it, so that an answer says one thing. */
export type ProgressOf = ReadonlyMap<number, Progress>;

/**
 * How far each execution is, as providers told last. Who just started knows nothing until they tell more. Of an execution
 * that ended it is forgotten; what came too late for that goes with its time, or for what is told of others.
 */
export class LatestProgress {
  readonly #now: () => Date;
  /** The one first that was told of longest ago. */
  readonly #told = new Map<string, Told>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Takes what was told, unless more is known: a worker that lost its execution to another one may go on for a while. */
  tell({ uid, executionId, attempt, pagesDone, pages }: ExecutionProgress): void {
    const key = keyOf(uid, executionId);
    const before = this.#told.get(key);
    if (before && (attempt < before.attempt || (attempt === before.attempt && pagesDone < before.pagesDone)))
      return;
    const at = this.#now().getTime();
    this.#told.delete(key);
    this.#told.set(key, { attempt, pagesDone, pages, at });
    for (const [oldest, told] of this.#told) {
      if (this.#told.size <= MAX_KEPT && at - told.at <= KEPT_MS) break;
      this.#told.delete(oldest);
    }
  }

  forget(uid: string, executionId: number): void {
    this.#told.delete(keyOf(uid, executionId));
  }

  /** Of the attempt that runs; undefined if none does, or nothing was told of it. */
  of({ uid, id, status, attempt, removed }: ExecutionView): Progress | undefined {
    const told = status === 'running' && !removed ? this.#told.get(keyOf(uid, id)) : undefined;
    return told?.attempt === attempt ? { pagesDone: told.pagesDone, pages: told.pages } : undefined;
  }

  /** Of these executions of one job, those of which there is something to say. */
  among(executions: readonly ExecutionView[]): ProgressOf {
    const progress = new Map<number, Progress>();
    for (const execution of executions) {
      const told = this.of(execution);
      if (told) progress.set(execution.id, told);
    }
    return progress;
  }
}
