import { type ExecutionStatus, isFinal } from '@inkstream/domain';

/** What an answer says of a job, as far as time shows in it. */
export interface Sighting {
  /** How many changes there were; it never falls. */
  readonly changes?: number;
  /** All executions with their status; none goes, and what is final stays so. */
  readonly executions?: ReadonlyMap<number, ExecutionStatus>;
}

interface Known {
  readonly changes: number;
  readonly executions: ReadonlyMap<number, ExecutionStatus>;
  readonly gone: boolean;
}

const unknown: Known = { changes: 0, executions: new Map(), gone: false };

/** What is older in it than what was known. */
function backwards(known: Known, { changes = known.changes, executions }: Sighting): string[] {
  const older = [...(executions ? known.executions : [])].flatMap(([id, status]) => {
    const now = executions?.get(id);
    if (now === undefined) return `execution ${id} is gone`;
    return isFinal(status) && now !== status ? `execution ${id} is ${now} after ${status}` : [];
  });
  if (known.gone) older.push('is there again');
  if (changes < known.changes) older.push(`${changes} changes after ${known.changes}`);
  return older;
}

/** What both say, the later of each. */
function merged(known: Known, seen: Sighting | null): Known {
  if (!seen) return { ...known, gone: true };
  const executions = new Map(known.executions);
  for (const [id, status] of seen.executions ?? [])
    if (!isFinal(executions.get(id) ?? 'pending')) executions.set(id, status);
  return { ...known, changes: Math.max(known.changes, seen.changes ?? 0), executions };
}

/**
 * Finds reads that went back in time: no answer may be older than any that had come before its request was sent,
 * whichever replica gave it.
 */
export class Sightings {
  readonly #known = new Map<number, Known>();
  readonly #backwards: string[] = [];
  #count = 0;

  /** To be called before the request is sent; the function that it returns with the answer, null for 404. */
  before(id: number, reader: string): (seen: Sighting | null) => void {
    const known = this.#known.get(id) ?? unknown;
    return (seen) => {
      this.#count++;
      if (seen)
        for (const what of backwards(known, seen)) this.#backwards.push(`${reader} of job ${id}: ${what}`);
      this.#known.set(id, merged(this.#known.get(id) ?? unknown, seen));
    };
  }

  /** Each read that went back, in words. */
  get backwards(): readonly string[] {
    return this.#backwards;
  }

  get count(): number {
    return this.#count;
  }
}
