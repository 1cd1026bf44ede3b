import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import type { CreateEngine } from '../engine.ts';
import { pagesEngine } from './pages-engine.ts';

/**
 * A worker engine that reads books; its thread dies at the page `dies`, each time or until there is the file `once`. Each
 * page says which thread read it.
 */
export const createEngine: CreateEngine<{ readonly dies: number; readonly once?: string }> = async ({
  dies,
  once,
}) => {
  const thread = randomUUID();
  return pagesEngine(async ({ number }) => {
    if (number === dies && !(once && existsSync(once))) {
      if (once) writeFileSync(once, '');
      process.exit(3);
    }
    return thread;
  }).engine;
};
