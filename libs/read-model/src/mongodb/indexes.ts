import type { Db } from 'mongodb';
import { type Collections, indexesOf } from './collections.ts';
import { isMissingCollection } from './faults.ts';

/** The part of a logger (pino's, for one) that is used here. */
export interface Log {
  warn(details: object, message: string): void;
}

/**
 * Which generations have their indexes. One that lacks some, as after an upgrade, serves without: queries name no index
 * (a `hint` of one that is missing fails) until those are built in the background.
 */
export class Indexes {
  readonly #db: Db;
  readonly #patient: Db;
  readonly #log: Log | undefined;
  readonly #ready = new Set<number>();
  #building: Promise<void> | undefined;

  /** `patient`: the database by a client that waits for an answer however long an index takes. */
  constructor(db: Db, patient: Db, log: Log | undefined) {
    this.#db = db;
    this.#patient = patient;
    this.#log = log;
  }

  /** How queries of a generation name their index. */
  by(g: number): Collections['by'] {
    return (index) => (this.#ready.has(g) ? { hint: index } : {});
  }

  /** An index turned out to be missing. */
  forget(g: number): void {
    this.#ready.delete(g);
  }

  /** Makes the indexes of a generation that is empty still. */
  async create(g: number): Promise<void> {
    await this.#create(this.#db, g);
  }

  /** Looks whether all indexes are there; if not, it begins to build them, and does not wait for that. */
  async ensure(g: number): Promise<void> {
    if (this.#ready.has(g)) return;
    if (await this.#isWhole(g)) this.#ready.add(g);
    else this.#build(g);
  }

  async #create(db: Db, g: number): Promise<void> {
    for (const { collection, indexes } of indexesOf(db, g))
      await collection.createIndexes(indexes.map(({ name, key }) => ({ name, key })));
    this.#ready.add(g);
  }

  async #isWhole(g: number): Promise<boolean> {
    const lacking = await Promise.all(
      indexesOf(this.#db, g).map(async ({ collection, indexes }) => {
        const there = await collection.indexes().catch((error: unknown) => {
          if (isMissingCollection(error)) return [];
          throw error;
        });
        return indexes.some(({ name }) => !there.some((one) => one.name === name));
      }),
    );
    return !lacking.includes(true);
  }

  #build(g: number): void {
    this.#building ??= this.#create(this.#patient, g)
      .catch((err) => this.#log?.warn({ err }, 'An index of the read model could not be built yet'))
      .finally(() => {
        this.#building = undefined;
      });
  }
}
