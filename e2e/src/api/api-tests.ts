import { describe } from 'vitest';
import type { Inkstream } from '../support/inkstream.ts';
import { comparisonTests } from './comparison.ts';
import { deletionTests } from './deletion.ts';
import { eventsTests } from './events.ts';
import { filesTests } from './files.ts';
import { idempotencyTests } from './idempotency.ts';
import { listingTests } from './listing.ts';
import { mailsTests } from './mails.ts';
import { mixtureTests } from './mixture.ts';
import { namesTests } from './names.ts';
import { openapiTests } from './openapi.ts';
import { outcomesTests } from './outcomes.ts';
import { passwordsTests } from './passwords.ts';
import { picturesTests } from './pictures.ts';
import { progressTests } from './progress.ts';
import { racesTests } from './races.ts';
import { samplesTests } from './samples.ts';
import { serviceTests } from './service.ts';
import { uploadTests } from './upload.ts';

/** All that the API promises, the same however Inkstream runs. */
export function apiTests(inkstream: Inkstream): void {
  describe('uploads', () => uploadTests(inkstream));
  describe('idempotency', () => idempotencyTests(inkstream));
  describe('names', () => namesTests(inkstream));
  describe('outcomes', () => outcomesTests(inkstream));
  describe('races', () => racesTests(inkstream));
  describe('mixture', () => mixtureTests(inkstream));
  describe('comparison', () => comparisonTests(inkstream));
  describe('files', () => filesTests(inkstream));
  describe('pictures', () => picturesTests(inkstream));
  describe('events', () => eventsTests(inkstream));
  describe('mails', () => mailsTests(inkstream));
  describe('passwords', () => passwordsTests(inkstream));
  describe('progress', () => progressTests(inkstream));
  describe('listing', () => listingTests(inkstream));
  describe('deletion', () => deletionTests(inkstream));
  describe('samples', () => samplesTests(inkstream));
  describe('service', () => serviceTests(inkstream));
  describe('OpenAPI', () => openapiTests(inkstream));
}
