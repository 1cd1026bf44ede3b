import fc from 'fast-check';
import { DomainError } from '../domain-error.ts';
import { decideExecution } from '../ocr-execution/decide.ts';
import type { ExecutionEvent } from '../ocr-execution/events.ts';
import {
  cancel,
  complete,
  erase,
  fail,
  giveUp,
  handOver,
  release,
  retry,
  start,
} from '../ocr-execution/spec-support/given.ts';
import { type ExecutionState, evolveExecution, requestedExecution } from '../ocr-execution/state.ts';
import type { JobCommand } from '../ocr-job/commands.ts';
import { decideJob } from '../ocr-job/decide.ts';
import type { JobEvent } from '../ocr-job/events.ts';
import { deleteFile, deleteJob, request, submit } from '../ocr-job/spec-support/given.ts';
import { absentJob, evolveJob, type JobState } from '../ocr-job/state.ts';
import type { RecordedDomainEvent } from '../recorded.ts';
import { ofExecution, ofJob } from './recorded.ts';

/** A job and its executions, by id. */
export type Whole = { readonly job: JobState; readonly executions: ReadonlyMap<number, ExecutionState> };

/** One command that was given: what was there before, the events that followed, what is there after. */
export type Step = {
  /** Null if it was for an execution. */
  readonly command: JobCommand | null;
  readonly before: Whole;
  readonly events: readonly RecordedDomainEvent[];
  readonly after: Whole;
};

/** Numbers that choose a command: its kind, what it is about, how far its attempt is from the latest one, its force. */
type Choice = {
  readonly kind: number;
  readonly target: number;
  readonly ahead: number;
  readonly force: boolean;
};

const PROVIDERS = ['mistral', 'openai', 'tesseract'];

/** The events of each stream are numbered; their times are those of the whole log. */
class History {
  readonly steps: Step[] = [];
  #now: Whole = { job: absentJob, executions: new Map() };
  readonly #lengths = new Map<number | 'job', number>();
  #time = 0;

  /** Does what was chosen; a deletion ends the executions that it takes along, as the gateway does. */
  take({ kind, target, ahead, force }: Choice): void {
    const { job, executions } = this.#now;
    if (job.status !== 'open') {
      this.#onJob(submit(...PROVIDERS.slice(0, 1 + (target % 3))));
      return;
    }
    const fileId = 1 + (target % 4);
    const provider = PROVIDERS[target % 3] ?? 'mistral';
    const rare = [
      request(fileId, executions, provider),
      request(fileId, executions, provider),
      deleteFile(fileId, executions, force),
      deleteJob(executions, force),
    ][kind - 12];
    if (rare) {
      this.#onJob(rare);
      for (const { id, fileId: of } of job.executions) {
        const after = this.#now.job;
        const gone = after.status === 'deleted' || (after.status === 'open' && after.files[of - 1]?.deleted);
        if (gone) this.#onExecution(id, () => erase);
      }
      return;
    }
    const id = 1 + (target % job.executions.length);
    this.#onExecution(id, ({ attempt: latest, handedOver }) => {
      const attempt = latest + ahead;
      const begin = start(attempt + 1, handedOver?.after);
      const often = [begin, complete(attempt), fail(attempt), begin, handOver(attempt, target % 3), begin];
      return [...often, begin, retry(attempt), release(attempt), giveUp, cancel][kind] ?? erase;
    });
  }

  #next(stream: number | 'job'): number {
    const revision = this.#lengths.get(stream) ?? 0;
    this.#lengths.set(stream, revision + 1);
    return revision;
  }

  #onJob(command: JobCommand): void {
    const before = this.#now;
    const decided = allowed(() => decideJob(command, before.job));
    const events = decided.map((event) => ofJob(event, this.#next('job'), this.#time++));
    const executions = new Map(before.executions);
    for (const event of decided)
      if (event.type === 'ExecutionRequested') executions.set(event.data.executionId, requestedExecution);
    this.#now = { job: decided.reduce(evolveJob, before.job), executions };
    this.steps.push({ command, before, events, after: this.#now });
  }

  #onExecution(
    id: number,
    commandFor: (state: ExecutionState) => Parameters<typeof decideExecution>[0],
  ): void {
    const before = this.#now;
    const state = before.executions.get(id);
    if (!state) return;
    const decided = allowed(() => decideExecution(commandFor(state), state));
    const events = decided.map((event) => ofExecution(event, this.#next(id), id, this.#time++));
    const executions = new Map(before.executions).set(id, decided.reduce(evolveExecution, state));
    this.#now = { job: before.job, executions };
    this.steps.push({ command: null, before, events, after: this.#now });
  }
}

/** Nothing follows from what is refused. */
function allowed<Event extends JobEvent | ExecutionEvent>(decide: () => Event[]): Event[] {
  try {
    return decide();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return [];
  }
}

const choice: fc.Arbitrary<Choice> = fc.record({
  kind: fc.nat(15),
  target: fc.nat(11),
  ahead: fc.constantFrom(0, 0, 0, 0, -1, 1),
  force: fc.boolean(),
});

/** Any sequence of commands that one job and its executions are given, from its submission on, refused ones included. */
export const histories: fc.Arbitrary<readonly Step[]> = fc
  .array(choice, { minLength: 1, maxLength: 60, size: 'max' })
  .map((choices) => {
    const history = new History();
    for (const one of choices) history.take(one);
    return history.steps;
  });

export const logOf = (steps: readonly Step[]): RecordedDomainEvent[] => steps.flatMap(({ events }) => events);
