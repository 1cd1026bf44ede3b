import { vi } from 'vitest';

/** Before each file of tests: `vi.waitFor` gives up after a second by default, which on a busy machine says nothing. */
const { waitFor } = vi;
const LIMIT_MS = 10_000;

vi.waitFor = (work, options) =>
  waitFor(work, typeof options === 'number' ? options : { timeout: LIMIT_MS, ...options });
