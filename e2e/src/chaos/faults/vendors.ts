import type { Fault as DoubleFault, ProviderDouble } from '@inkstream/testing/provider-doubles';
import type { Vendors } from '../../support/distributed/vendors.ts';
import type { Fault } from './fault.ts';

/** What the accounts allow in peace. */
const USUAL = { calls: 10_000, windowMs: 60_000 };

function faultsOf(provider: string, double: ProviderDouble): Fault[] {
  const fault = (name: string, begin: () => void, end: () => void): Fault => ({
    kind: 'provider',
    name: `${name} ${provider}`,
    victim: `the vendor of ${provider}`,
    lastsMs: [4_000, 10_000],
    begin: async () => begin(),
    end: async () => end(),
  });
  const failing = (name: string, share: number, ...faults: DoubleFault[]) =>
    fault(
      name,
      () => double.failAtRandom({ seed: 1, share, faults }),
      () => double.failAtRandom(null),
    );
  return [
    failing('outage of', 1, { kind: 'answer', status: 503, body: 'down for maintenance' }),
    failing('lost and late answers of', 0.4, { kind: 'cut' }, { kind: 'reset' }, { kind: 'slow', ms: 3_000 }),
    fault(
      'storm of 429 of',
      () => double.limitRate({ calls: 1, windowMs: 2_000 }),
      () => double.limitRate(USUAL),
    ),
    fault(
      'refused key of',
      () => double.takeKey(false),
      () => double.takeKey(true),
    ),
  ];
}

/** What may go wrong at vendors, each for some seconds. */
export const faultsOfVendors = ({ doubles }: Vendors): Fault[] =>
  [...doubles].flatMap(([provider, double]) => faultsOf(provider, double));
