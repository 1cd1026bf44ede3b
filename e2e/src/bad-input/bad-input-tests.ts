import { describe } from 'vitest';
import type { Inkstream } from '../support/inkstream.ts';
import { clientsTests } from './clients.ts';
import { documentsTests } from './documents.ts';
import { fuzzTests } from './fuzz.ts';
import { multipartTests } from './multipart.ts';
import { requestsTests } from './requests.ts';
import { typesAndSizesTests } from './types-and-sizes.ts';

/** What no client may do to Inkstream, however it runs. */
export function badInputTests(inkstream: Inkstream): void {
  describe('multipart', () => multipartTests(inkstream));
  describe('types and sizes', () => typesAndSizesTests(inkstream));
  describe('documents', () => documentsTests(inkstream));
  describe('requests', () => requestsTests(inkstream));
  describe('clients', () => clientsTests(inkstream));
  describe('fuzz', () => fuzzTests(inkstream));
}
