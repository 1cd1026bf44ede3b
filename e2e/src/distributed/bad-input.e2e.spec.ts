import { badInputTests } from '../bad-input/bad-input-tests.ts';
import { LIMITS } from '../bad-input/clients.ts';
import { distributed } from '../support/distributed/start.ts';
import { useInkstream } from '../support/inkstream.ts';

badInputTests(
  useInkstream(distributed, {
    paddle: true,
    env: LIMITS,
    maxGrowth: { heap: 64 * 2 ** 20, rss: 480 * 2 ** 20 },
  }),
);
