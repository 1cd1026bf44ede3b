import { badInputTests } from '../bad-input/bad-input-tests.ts';
import { MAX_UPLOADS } from '../bad-input/clients.ts';
import { distributed } from '../support/distributed/start.ts';
import { useInkstream } from '../support/inkstream.ts';

badInputTests(
  useInkstream(distributed, {
    paddle: true,
    env: { MAX_UPLOADS_IN_FLIGHT: String(MAX_UPLOADS) },
    maxGrowth: { heap: 64 * 2 ** 20, rss: 480 * 2 ** 20 },
  }),
);
