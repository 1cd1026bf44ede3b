/**
 * The embedded bus alone, in a process of its own: publishes the messages of `FIRST`, `COUNT` in the relay's batches,
 * each to all topics at once, durable before the next. Tells its parent how fast it was.
 */

import { batchesOf } from '../seed.ts';
import { withStores } from '../subject/stores.ts';
import { paceOf } from './pace.ts';

const { FIRST, COUNT, INKSTREAM_DATA_DIR = '' } = process.env;
const batches = batchesOf({ first: Number(FIRST), count: Number(COUNT) });
const events = batches.reduce((sum, batch) => sum + ([...batch.values()][0]?.length ?? 0), 0);
const pace = await withStores({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR }, ['bus'], ({ bus }) =>
  paceOf(events, async () => {
    for (const batch of batches)
      await Promise.all(Array.from(batch, ([topic, messages]) => bus.publish(`bare.${topic}`, messages)));
  }),
);
process.send?.(pace, () => process.exit(0));
