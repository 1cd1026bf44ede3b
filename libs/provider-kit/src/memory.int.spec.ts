import { setTimeout as sleep } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ProviderDefinition } from './provider.ts';
import { execution, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const DOCUMENTS = 40;

/** Signals that are held. Those of what has just ended are let go a moment later. */
async function signals(): Promise<number> {
  await sleep(500);
  return queryObjects(AbortSignal, { format: 'count' });
}

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

const engines: Readonly<Record<string, ProviderDefinition['engine']>> = {
  'in the thread of the service': wordsEngine(async (word) => word),
  'in threads of its own': {
    module: new URL('./spec-support/tricky-engine.ts', import.meta.url),
    options: {},
  },
};

it.each(Object.keys(engines))('keeps nothing of a document that was read %s', async (where) => {
  const engine = engines[where];
  if (!engine) throw new Error('No such engine');
  await harness.start({ engine });
  const readSome = async () => {
    const ids = await Promise.all(Array.from({ length: DOCUMENTS }, () => harness.request('apple')));
    for (const id of ids) expect(execution(await harness.final(id)).status).toBe('completed');
  };
  await readSome();
  // Each document that is read has signals of its own; whatever it leaves behind would hold on to one of them.
  const before = await signals();
  await readSome();
  expect((await signals()) - before).toBeLessThan(DOCUMENTS / 2);
});
