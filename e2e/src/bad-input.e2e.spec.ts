import { describe } from 'vitest';
import { clientsTests, MAX_UPLOADS } from './bad-input/clients.ts';
import { documentsTests } from './bad-input/documents.ts';
import { fuzzTests } from './bad-input/fuzz.ts';
import { multipartTests } from './bad-input/multipart.ts';
import { requestsTests } from './bad-input/requests.ts';
import { typesAndSizesTests } from './bad-input/types-and-sizes.ts';
import { useInkstream } from './support/inkstream.ts';

// One process for all, which must have kept nothing of it in the end: no byte, no job, no memory.
const inkstream = useInkstream({
  paddle: true,
  env: { MAX_UPLOADS_IN_FLIGHT: String(MAX_UPLOADS) },
  maxGrowth: { heap: 16 * 2 ** 20, rss: 160 * 2 ** 20 },
});

describe('multipart', () => multipartTests(inkstream));
describe('types and sizes', () => typesAndSizesTests(inkstream));
describe('documents', () => documentsTests(inkstream));
describe('requests', () => requestsTests(inkstream));
describe('clients', () => clientsTests(inkstream));
describe('fuzz', () => fuzzTests(inkstream));
