import { apiTests } from './api/api-tests.ts';
import { embedded } from './support/embedded/start.ts';
import { useInkstream } from './support/inkstream.ts';

// One Inkstream for all, since its start takes longer than any of these tests. Larger receipts grow the engine's buffers.
apiTests(useInkstream(embedded, { paddle: true, maxGrowth: { heap: 16 * 2 ** 20, rss: 160 * 2 ** 20 } }));
