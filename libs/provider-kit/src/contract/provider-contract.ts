import { describe } from 'vitest';
import { readingContract } from './reading.ts';
import { servingContract } from './serving.ts';
import type { ProviderSubject } from './subject.ts';

export type { ProviderSubject, VendorCase } from './subject.ts';

/** The promises of a provider that calls a vendor, tested on every one of them against its vendor's double. */
export function providerContract(subject: ProviderSubject): void {
  describe(`${subject.plugin.name} and its vendor's answers`, () => readingContract(subject));
  describe.concurrent(`${subject.plugin.name} as a service`, () => servingContract(subject));
}
