import { describe } from 'vitest';
import { deletionTests } from './api/deletion.ts';
import { eventsTests } from './api/events.ts';
import { filesTests } from './api/files.ts';
import { idempotencyTests } from './api/idempotency.ts';
import { listingTests } from './api/listing.ts';
import { mixtureTests } from './api/mixture.ts';
import { namesTests } from './api/names.ts';
import { openapiTests } from './api/openapi.ts';
import { outcomesTests } from './api/outcomes.ts';
import { racesTests } from './api/races.ts';
import { samplesTests } from './api/samples.ts';
import { serviceTests } from './api/service.ts';
import { uploadTests } from './api/upload.ts';
import { useInkstream } from './support/inkstream.ts';

// One process for all, since its start takes longer than any of these tests. Larger receipts grow the engine's buffers.
const inkstream = useInkstream({ paddle: true, maxGrowth: { heap: 16 * 2 ** 20, rss: 160 * 2 ** 20 } });

describe('uploads', () => uploadTests(inkstream));
describe('idempotency', () => idempotencyTests(inkstream));
describe('names', () => namesTests(inkstream));
describe('outcomes', () => outcomesTests(inkstream));
describe('races', () => racesTests(inkstream));
describe('mixture', () => mixtureTests(inkstream));
describe('files', () => filesTests(inkstream));
describe('events', () => eventsTests(inkstream));
describe('listing', () => listingTests(inkstream));
describe('deletion', () => deletionTests(inkstream));
describe('samples', () => samplesTests(inkstream));
describe('service', () => serviceTests(inkstream));
describe('OpenAPI', () => openapiTests(inkstream));
