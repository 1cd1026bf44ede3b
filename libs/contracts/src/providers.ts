import { z } from 'zod';

export const PROVIDER_NAME = /^[a-z0-9][a-z0-9-]{0,49}$/;

/**
 * The service of a provider, by the provider's name that clients send: `ocr-` and the rest, `ocr` itself left out of it.
 * That is its folder, its container, its consumer group, its host name and its name in logs and traces.
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
  'application/pdf',
] as const;

/** What a provider takes and how much of it. */
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
  }),
});
export type Provider = z.infer<typeof providerSchema>;

/** So often a provider says that it is there, ms. */
export const ANNOUNCE_EVERY_MS = 5_000;

/** What a running provider service says of itself every few seconds. */
export const providerAnnouncementSchema = providerSchema.extend({
  /** Which of its replicas says so: the provider runs while one of them does. */
  instance: z.string().default(''),
  /** It counts until then, ISO 8601 UTC. */
  expiresAt: z.iso.datetime(),
});
export type ProviderAnnouncement = z.infer<typeof providerAnnouncementSchema>;
