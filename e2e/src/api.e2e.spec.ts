import { describe } from 'vitest';
import { deletionTests } from './api/deletion.ts';
import { eventsTests } from './api/events.ts';
import { filesTests } from './api/files.ts';
import { listingTests } from './api/listing.ts';
import { namesTests } from './api/names.ts';
import { outcomesTests } from './api/outcomes.ts';
import { uploadTests } from './api/upload.ts';
import { useInkstream } from './support/inkstream.ts';

// One process for all, since its start takes longer than any of these tests.
const inkstream = useInkstream();

describe('uploads', () => uploadTests(inkstream));
describe('names', () => namesTests(inkstream));
describe('outcomes', () => outcomesTests(inkstream));
describe('files', () => filesTests(inkstream));
describe('events', () => eventsTests(inkstream));
describe('listing', () => listingTests(inkstream));
describe('deletion', () => deletionTests(inkstream));
