import { z } from 'zod';

export const PROVIDER_NAME = /^[a-z0-9][a-z0-9-]{0,49}$/;

/**
 * The service of a provider, by the provider's name that clients send: `ocr-` and the rest, `ocr` itself left out of
 * it. That is its folder, its container, its consumer group, its host name and its name in logs and traces.
 */
export const serviceOf = (provider: string): string =>
  ['ocr', ...provider.split('-').filter((part) => part !== 'ocr')].join('-');

/** The types of documents that Inkstream takes, whatever a provider says of itself. */
export const DOCUMENT_TYPES = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/tiff',
  'image/gif',
  'image/avif',
  'image/heic',
  'image/bmp',
  'image/jp2',
  'image/jxl',
  'application/pdf',
  'message/rfc822',
] as const;

/** A name that clients may send instead, in either case. */
const PROVIDER_ALIAS = /^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$/;

/** What a provider takes and how much of it. What is optional was added later: not every provider announces it. */
export const providerSchema = z.object({
  name: z.string().regex(PROVIDER_NAME),
  version: z.string(),
  description: z.string(),
  /** Media types that it reads. */
  accepts: z.array(z.string()),
  limits: z.object({
    /** Largest document, bytes. */
    maxBytes: z.number().int().positive(),
    /** Most pages of a document. */
    maxPages: z.number().int().positive(),
    /** Most pixels of a picture, if larger ones are refused. */
    maxPixels: z.number().int().positive().exactOptional(),
    /** Longest side of a picture, pixels, if longer ones are refused. */
    maxSide: z.number().int().positive().exactOptional(),
  }),
  /** Other names that clients may send, case as given; `name` is what is stored and answered. */
  aliases: z.array(z.string().regex(PROVIDER_ALIAS)).exactOptional(),
  /** The model that reads. */
  model: z.string().exactOptional(),
  /** The day on which that model is shut down, ISO 8601. */
  modelEnds: z.iso.date().exactOptional(),
});
export type Provider = z.infer<typeof providerSchema>;

/** So often a provider says that it is there, ms. */
export const ANNOUNCE_EVERY_MS = 5_000;
/**
 * Whether a provider reads now. `paused`: it is expected to, and what is uploaded waits; `unavailable`: it never could
 * since it started, so nothing is taken for it.
 */
export const PROVIDER_STATES = ['ready', 'paused', 'unavailable'] as const;

/**
 * What keeps a provider from reading until somebody mends it: the vendor's account has no credit, or no allowance for
 * the model; the key is refused; the budget of the day is spent; the vendor has shut the model down.
 */
export const PAUSE_CAUSES = [
  'no_credit',
  'no_allowance',
  'key_refused',
  'budget_spent',
  'model_gone',
] as const;
export type PauseCause = (typeof PAUSE_CAUSES)[number];

export const providerStatusSchema = z.object({
  state: z.enum(PROVIDER_STATES),
  /** What a person has to mend, if it is that; a provider that is only down has none. */
  cause: z.enum(PAUSE_CAUSES).optional(),
  /** Why it does not read, for clients' eyes. */
  reason: z.string().optional(),
  /** Since when by the provider's clock, ISO 8601 UTC. */
  since: z.iso.datetime().optional(),
});
export type ProviderStatus = z.infer<typeof providerStatusSchema>;

/** A provider that runs, as clients see it. */
export const listedProviderSchema = providerSchema.extend(providerStatusSchema.shape);
export type ListedProvider = z.infer<typeof listedProviderSchema>;

/** What a running provider service says of itself every few seconds. */
export const providerAnnouncementSchema = listedProviderSchema.extend({
  state: z.enum(PROVIDER_STATES).default('ready'),
  /** Which of its replicas says so: the provider runs while one of them does. */
  instance: z.string().default(''),
  /** For so long it counts, ms, by the clock of whoever hears it; 0 takes it back. */
  lifetimeMs: z.number().int().nonnegative(),
});
export type ProviderAnnouncement = z.infer<typeof providerAnnouncementSchema>;

/** Requests that no provider has begun to read, by provider, as query-api tells the gateway. */
export const backlogSchema = z.object({
  providers: z.record(
    z.string(),
    z.object({ requests: z.number().int().positive(), oldestAt: z.iso.datetime() }),
  ),
  /** Whether these are all: else there are at least so many of those named, and nothing is known of others. */
  isWhole: z.boolean(),
});
export type Backlog = z.infer<typeof backlogSchema>;

/** What waits for a provider, of all tenants. */
export const listedBacklogSchema = z.object({
  requests: z.number().int().nonnegative(),
  requestsIsAtLeast: z.literal(true).exactOptional().meta({ description: 'There may be more' }),
  oldestAgeS: z
    .number()
    .int()
    .nonnegative()
    .exactOptional()
    .meta({ description: 'For how long the oldest of them has waited, seconds' }),
});
export type ListedBacklog = z.infer<typeof listedBacklogSchema>;
