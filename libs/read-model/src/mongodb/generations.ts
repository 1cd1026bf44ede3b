import type { Collection, Db } from 'mongodb';
import { GenerationDroppedError, ReadModelUnavailableError } from '../errors.ts';
import { generationOf } from './collections.ts';
import { isDuplicate } from './faults.ts';
import type { Indexes, Log } from './indexes.ts';

/** Which generation readers see, and which was started last: if that is a later one, it is being filled. */
interface State {
  readonly active: number;
  readonly last: number;
}

const STATE = 'documents';
/** What releases before 0.2.0 called it, which kept the executions in their job's document. */
const OLD_STATE = 'jobs';

/**
 * The generations of the documents: collections `jobs_<g>`, `executions_<g>` and `counts_<g>` for each, and one document
 * that says which is active. A number is never used again, so what is neither active nor the latest is garbage, and
 * anybody may drop it.
 */
export class Generations {
  readonly #db: Db;
  readonly #indexes: Indexes;
  readonly #log: Log | undefined;

  constructor(db: Db, indexes: Indexes, log: Log | undefined) {
    this.#db = db;
    this.#indexes = indexes;
    this.#log = log;
  }

  get #states(): Collection<State & { _id: string }> {
    return this.#db.collection('generations');
  }

  /**
   * Looks for indexes that are missing, and drops what crashes left.
   *
   * @throws ReadModelUnavailableError if a release before 0.2.0 made the database.
   */
  async prepare(): Promise<State> {
    if (await this.#states.findOne({ _id: OLD_STATE }))
      throw new ReadModelUnavailableError(
        'The database of MONGODB_URL was made by a release before 0.2.0: name another one, or drop it',
      );
    const state = await this.state();
    await this.#indexes.ensure(state.active);
    await this.sweep(state);
    return state;
  }

  /** Which generations there are; the first one is made if the database is empty. */
  async state(): Promise<State> {
    return (await this.#states.findOne({ _id: STATE })) ?? this.#first();
  }

  /** Makes a generation to fill, in place of any other unfinished one. */
  async start(): Promise<number> {
    await this.state();
    const state = await this.#change({}, { $inc: { last: 1 } });
    if (!state) throw new Error('The read model was dropped just now');
    await this.#indexes.create(state.last);
    await this.sweep(state);
    return state.last;
  }

  /** Makes the generation what readers see, in one step, and drops the one before. */
  async activate(g: number): Promise<void> {
    const state = await this.#change({ last: g }, { $set: { active: g } });
    if (state) await this.sweep(state);
    else await this.assertAlive(g);
  }

  /** @throws GenerationDroppedError if the generation is over. What was written recreated its collections: they are dropped. */
  async assertAlive(g: number): Promise<void> {
    const state = await this.state();
    if (g === state.active || g === state.last) return;
    await this.sweep(state);
    throw new GenerationDroppedError(g);
  }

  /** Drops the generation, unless it is active. */
  async discard(g: number): Promise<void> {
    const state = await this.#change({ last: g, active: { $ne: g } }, { $inc: { last: 1 } });
    if (state) await this.sweep(state);
  }

  /**
   * Drops the collections of generations that are over. One that can't be dropped now is met by the next sweep, so
   * it is no failure of what was done before it.
   */
  async sweep({ active, last }: State): Promise<void> {
    try {
      const collections = await this.#db.listCollections({}, { nameOnly: true }).toArray();
      for (const { name } of collections) {
        const g = generationOf(name);
        if (g !== null && g !== active && g < last) await this.#db.dropCollection(name);
      }
    } catch (err) {
      this.#log?.warn({ err }, 'An old generation of the read model is still there');
    }
  }

  async #first(): Promise<State> {
    const state = { active: 1, last: 1 };
    await this.#indexes.create(state.active);
    await this.#states.insertOne({ _id: STATE, ...state }).catch((error: unknown) => {
      // Another process was faster.
      if (!isDuplicate(error)) throw error;
    });
    return state;
  }

  #change(filter: object, update: object): Promise<State | null> {
    return this.#states.findOneAndUpdate({ _id: STATE, ...filter }, update, { returnDocument: 'after' });
  }
}
