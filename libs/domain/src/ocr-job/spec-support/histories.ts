import fc from 'fast-check';
import { DomainError, type JobCommand } from '../commands.ts';
import { decide } from '../decide.ts';
import type { JobEvent } from '../events.ts';
import { absentJob, evolve, type JobState } from '../state.ts';
import { complete, deleteFile, deleteJob, fail, request, retry, start, submit } from './given.ts';

/** One command that a job took: the state before, the events that followed, the state after. */
export type Step = {
  readonly command: JobCommand;
  readonly before: JobState;
  readonly events: readonly JobEvent[];
  readonly after: JobState;
};

/** Numbers that choose a command: its kind, what it is about, how far its attempt is from the latest one, its force. */
type Choice = {
  readonly kind: number;
  readonly target: number;
  readonly ahead: number;
  readonly force: boolean;
};

const PROVIDERS = ['mistral', 'openai', 'tesseract'];

/** A command that often makes sense in this state, and often does not quite. */
function commandFor({ kind, target, ahead, force }: Choice, state: JobState): JobCommand {
  if (state.status === 'absent') return submit(...PROVIDERS.slice(0, 1 + (target % 3)));
  const executions = state.status === 'open' ? state.executions : new Map<number, { attempt: number }>();
  const id = 1 + (target % (executions.size + 1));
  const attempt = (executions.get(id)?.attempt ?? 0) + ahead;
  const next = attempt + 1;
  const fileId = 1 + (target % 4);
  const provider = PROVIDERS[target % 3] ?? 'mistral';
  const commands = [start(id, next), start(id, next), complete(id, attempt), fail(id, attempt)];
  const rarer = [retry(id, attempt), request(fileId, provider), deleteFile(fileId, force)];
  const all = [...commands, ...commands, ...rarer, ...rarer, deleteJob(force), submit(provider)];
  return all[kind % all.length] ?? start(id, next);
}

/** Where the job does not allow the command, nothing follows. */
function step(command: JobCommand, before: JobState): Step {
  try {
    const events = decide(command, before);
    return { command, before, events, after: events.reduce(evolve, before) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { command, before, events: [], after: before };
  }
}

const choice: fc.Arbitrary<Choice> = fc.record({
  kind: fc.nat(15),
  target: fc.nat(11),
  ahead: fc.constantFrom(0, 0, 0, 0, -1, 1),
  force: fc.boolean(),
});

/** Any sequence of commands that one job is given, from its submission on, refused ones included. */
export const histories: fc.Arbitrary<readonly Step[]> = fc
  .array(choice, { minLength: 1, maxLength: 60, size: 'max' })
  .map((choices) => {
    const steps: Step[] = [];
    for (const one of choices) {
      const before = steps.at(-1)?.after ?? absentJob;
      steps.push(step(commandFor(one, before), before));
    }
    return steps;
  });

export const eventsOf = (steps: readonly Step[]): JobEvent[] => steps.flatMap(({ events }) => events);
