import type { ProviderAnnouncement } from '@inkstream/contracts';

/** A provider that takes JPEG, PNG and PDF up to 101 MiB, for an hour. */
export const provider = (name: string, rest: Partial<ProviderAnnouncement> = {}): ProviderAnnouncement => ({
  name,
  version: '1.0.0',
  description: 'For tests',
  accepts: ['image/jpeg', 'image/png', 'application/pdf'],
  limits: { maxBytes: 105_906_176, maxPages: 100 },
  instance: 'one',
  state: 'ready',
  lifetimeMs: 3_600_000,
  ...rest,
});
