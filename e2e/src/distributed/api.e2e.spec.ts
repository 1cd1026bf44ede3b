import { apiTests } from '../api/api-tests.ts';
import { distributed } from '../support/distributed/start.ts';
import { useInkstream } from '../support/inkstream.ts';

apiTests(useInkstream(distributed, { paddle: true, maxGrowth: { heap: 80 * 2 ** 20, rss: 560 * 2 ** 20 } }));
