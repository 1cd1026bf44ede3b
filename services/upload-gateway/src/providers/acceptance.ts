import { DOCUMENT_TYPES, type ListedProvider, type Provider } from '@inkstream/contracts';
import { HttpError } from '@inkstream/service-kit';
import { documentNames, kindOf } from './kinds.ts';

const documentTypes: ReadonlySet<string> = new Set(DOCUMENT_TYPES);

/** Seconds after which a client may ask again for a provider that can't read at all. */
const RETRY_AFTER_S = 60;

/** The providers that run, by their names and aliases. */
export interface Providers {
  find(name: string): ListedProvider | undefined;
  list(): readonly ListedProvider[];
}

function notAvailable(providers: Providers, name: string): HttpError {
  const others = providers.list().flatMap((one) => (one.state === 'unavailable' ? [] : [one.name]));
  const instead = others.length > 0 ? `these are: ${others.join(', ')}` : 'nor is any other now';
  return new HttpError(400, `Provider '${name}' is not available; ${instead}`);
}

/**
 * The provider of this name or alias.
 *
 * @throws HttpError 400 if none runs, 503 with its reason if it never could read.
 */
export function requireProvider(providers: Providers, name: string): Provider {
  const provider = providers.find(name);
  if (!provider) throw notAvailable(providers, name);
  const { state, reason = 'it did not start' } = provider;
  if (state === 'unavailable')
    throw new HttpError(503, `Provider '${provider.name}' is unavailable: ${reason}`, {
      'retry-after': String(RETRY_AFTER_S),
    });
  return provider;
}

/** A file with its size in bytes, its type, null if that is unknown, and its pixels as far as its header is known. */
interface Document {
  readonly name: string;
  readonly mimeType: string | null;
  readonly bytes: number;
  readonly size?: { readonly width: number; readonly height: number };
}

/** As people are told sizes of files. */
export const sizeInWords = (bytes: number): string =>
  bytes < 2 ** 20 ? `${bytes} bytes` : `${bytes} bytes (${Math.floor((10 * bytes) / 2 ** 20) / 10} MiB)`;

const million = (pixels: number) => Math.floor(pixels / 100_000) / 10;

/** @throws HttpError 415 for its type, 400 for its pixels. */
function acceptedType(
  { name: provider, accepts, limits }: Provider,
  { name, mimeType, size }: Document,
): string {
  if (mimeType === null || !documentTypes.has(mimeType) || !accepts.includes(mimeType))
    throw new HttpError(
      415,
      `File '${name}' is ${kindOf(mimeType)}; provider '${provider}' takes ${documentNames(accepts)}`,
    );
  const { maxPixels = Number.POSITIVE_INFINITY, maxSide = Number.POSITIVE_INFINITY } = limits;
  if (size && Math.max(size.width, size.height) > maxSide)
    throw new HttpError(
      400,
      `File '${name}' has ${size.width} x ${size.height} pixels; provider '${provider}' takes sides of ${maxSide} at most`,
    );
  if (size && size.width * size.height > maxPixels)
    throw new HttpError(
      400,
      `File '${name}' has ${size.width} x ${size.height} pixels; provider '${provider}' takes ${million(maxPixels)} million at most`,
    );
  return mimeType;
}

/**
 * The file's type, which this provider takes.
 *
 * @throws HttpError 415 for its type, 400 for its pixels, 413 for its bytes.
 */
export function assertAccepts(provider: Provider, document: Document): string {
  const mimeType = acceptedType(provider, document);
  const { name, bytes } = document;
  const { maxBytes } = provider.limits;
  if (bytes > maxBytes)
    throw new HttpError(
      413,
      `File '${name}' has ${bytes} bytes; provider '${provider.name}' takes ${sizeInWords(maxBytes)} at most`,
    );
  return mimeType;
}

/**
 * The same of a file that is still coming, with its bytes so far.
 *
 * @throws HttpError 415 for its type, 400 for its pixels, 413 for its bytes.
 */
export function assertAcceptsSoFar(provider: Provider, document: Document): void {
  acceptedType(provider, document);
  const { maxBytes } = provider.limits;
  if (document.bytes > maxBytes)
    throw new HttpError(
      413,
      `File '${document.name}' has too many bytes; provider '${provider.name}' takes ${sizeInWords(maxBytes)} at most`,
    );
}

/** The provider with the largest document that can reach it: the gateway takes none above `maxFileBytes`. */
export const withinLimit = (provider: ListedProvider, maxFileBytes: number): ListedProvider => ({
  ...provider,
  limits: { ...provider.limits, maxBytes: Math.min(provider.limits.maxBytes, maxFileBytes) },
});

/** The same providers, of which none reads more pages than this. */
export function limitPages({ find, list }: Providers, maxPages = Number.POSITIVE_INFINITY): Providers {
  const limited = (one: ListedProvider): ListedProvider => ({
    ...one,
    limits: { ...one.limits, maxPages: Math.min(one.limits.maxPages, maxPages) },
  });
  return {
    find(name) {
      const found = find(name);
      return found && limited(found);
    },
    list: () => list().map(limited),
  };
}
