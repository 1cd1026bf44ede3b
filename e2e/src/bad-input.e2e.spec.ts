import { badInputTests } from './bad-input/bad-input-tests.ts';
import { LIMITS } from './bad-input/clients.ts';
import { embedded } from './support/embedded/start.ts';
import { useInkstream } from './support/inkstream.ts';

// One Inkstream for all, which must have kept nothing of it in the end: no byte, no job, no memory.
badInputTests(
  useInkstream(embedded, {
    paddle: true,
    env: LIMITS,
    maxGrowth: { heap: 16 * 2 ** 20, rss: 160 * 2 ** 20 },
  }),
);
