/**
 * The embedded bus alone, in a process of its own: publishes the messages of `FIRST`, `COUNT` in the relay's batches,
 * each to all topics at once, durable before the next. Says events a second to its parent.
 */

import { batchesOf } from '../seed.ts';
import { withStores } from '../subject/stores.ts';

const { FIRST, COUNT, INKSTREAM_DATA_DIR = '' } = process.env;
const batches = batchesOf({ first: Number(FIRST), count: Number(COUNT) });
const events = batches.reduce((sum, batch) => sum + ([...batch.values()][0]?.length ?? 0), 0);
const rate = await withStores(
  { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR },
  ['bus'],
  async ({ bus }) => {
    const started = performance.now();
    for (const batch of batches)
      await Promise.all(Array.from(batch, ([topic, messages]) => bus.publish(`bare.${topic}`, messages)));
    return events / ((performance.now() - started) / 1000);
  },
);
process.send?.(rate, () => process.exit(0));
