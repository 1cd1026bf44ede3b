import type { DatabaseSync } from 'node:sqlite';
import { prepared, transaction } from '@inkstream/sqlite';
import { GenerationDroppedError } from '../errors.ts';
import { createTables, dropTables } from './schema.ts';

/** The generation that readers see. */
export function activeGeneration(db: DatabaseSync): number {
  return Number(prepared(db, 'SELECT id FROM read_model_generations WHERE active = 1').get()?.id);
}

/** @throws GenerationDroppedError if the generation was dropped, so that a rebuild that was overtaken ends. */
export function assertGeneration(db: DatabaseSync, g: number): number {
  if (!prepared(db, 'SELECT 1 FROM read_model_generations WHERE id = ?').get(g))
    throw new GenerationDroppedError(g);
  return g;
}

function drop(db: DatabaseSync, condition: string, ...values: number[]): number {
  const doomed = db
    .prepare(`DELETE FROM read_model_generations WHERE ${condition} RETURNING id`)
    .all(...values);
  for (const { id } of doomed) db.exec(dropTables(Number(id)));
  return doomed.length;
}

function create(db: DatabaseSync, active: 0 | 1): number {
  const insert = db.prepare('INSERT INTO read_model_generations (active) VALUES (?)');
  const g = Number(insert.run(active).lastInsertRowid);
  db.exec(createTables(g));
  return g;
}

/** Drops what an interrupted rebuild left (returns how many), and makes the first generation if there is none. */
export function recoverGenerations(db: DatabaseSync): number {
  return transaction(db, () => {
    const dropped = drop(db, 'active = 0');
    if (!db.prepare('SELECT 1 FROM read_model_generations').get()) create(db, 1);
    return dropped;
  });
}

/** Makes a generation to fill, in place of any other unfinished one. */
export function startGeneration(db: DatabaseSync): number {
  return transaction(db, () => {
    drop(db, 'active = 0');
    return create(db, 0);
  });
}

/** Makes the generation what readers see, and drops the one before. */
export function activateGeneration(db: DatabaseSync, g: number): void {
  transaction(db, () => {
    assertGeneration(db, g);
    drop(db, 'id <> ?', g);
    db.prepare('UPDATE read_model_generations SET active = 1 WHERE id = ?').run(g);
  });
}

/** Drops the generation, unless it is active. */
export function discardGeneration(db: DatabaseSync, g: number): void {
  transaction(db, () => drop(db, 'active = 0 AND id = ?', g));
}
