import { describe } from 'vitest';
import { documentsTests } from './bad-input/documents.ts';
import { multipartTests } from './bad-input/multipart.ts';
import { typesAndSizesTests } from './bad-input/types-and-sizes.ts';
import { useInkstream } from './support/inkstream.ts';

/** Uploads that may be under way at once. */
export const MAX_UPLOADS = 210;

// One process for all, which must have kept nothing of it in the end: no byte, no job, no memory.
const inkstream = useInkstream({ paddle: true, env: { MAX_UPLOADS_IN_FLIGHT: String(MAX_UPLOADS) } });

describe('multipart', () => multipartTests(inkstream));
describe('types and sizes', () => typesAndSizesTests(inkstream));
describe('documents', () => documentsTests(inkstream));
