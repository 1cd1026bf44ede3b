import { wholeNumber } from '@inkstream/service-kit';
import type { z } from 'zod';

/** What the query API reads from the environment. */
export const queryConfig = {
  /** Event streams that may be open at once. */
  MAX_EVENT_STREAMS: wholeNumber(1, 100_000).default(1_000),
  /** Of one client; by default a fifth of all. */
  MAX_EVENT_STREAMS_PER_ADDRESS: wholeNumber(1, 100_000).optional(),
  /** Pages that are drawn as pictures at once, each by a process of its own. */
  PICTURES_AT_ONCE: wholeNumber(1, 64).default(2),
  /** Memory of a process that decodes a document, MiB. */
  DECODER_MEMORY_MB: wholeNumber(128, 65_536).default(640),
};
export type QueryConfig = z.output<z.ZodObject<typeof queryConfig>>;
