import { DOCUMENT_TYPES, type Provider } from '@inkstream/contracts';
import { HttpError } from '@inkstream/service-kit';

const documentTypes: ReadonlySet<string> = new Set(DOCUMENT_TYPES);

/** @throws HttpError 400 where no provider of this name runs. */
export function requireProvider(find: (name: string) => Provider | undefined, name: string): Provider {
  const provider = find(name);
  if (!provider) throw new HttpError(400, `Provider '${name}' is not available`);
  return provider;
}

/**
 * The file's type, which this provider takes.
 *
 * @throws HttpError 415 for its type (null: unknown), 413 for its size.
 */
export function assertAccepts(
  { name: provider, accepts, limits }: Provider,
  {
    name,
    mimeType,
    bytes,
  }: { readonly name: string; readonly mimeType: string | null; readonly bytes: number },
): string {
  if (mimeType === null || !documentTypes.has(mimeType))
    throw new HttpError(415, `File '${name}' is not an image or PDF that any provider takes`);
  if (!accepts.includes(mimeType))
    throw new HttpError(415, `File '${name}' is ${mimeType}, which provider '${provider}' does not take`);
  if (bytes > limits.maxBytes)
    throw new HttpError(
      413,
      `File '${name}' has ${bytes} bytes, provider '${provider}' takes ${limits.maxBytes} at most`,
    );
  return mimeType;
}
