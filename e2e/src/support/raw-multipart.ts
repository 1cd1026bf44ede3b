import type { RawPart } from '@inkstream/testing';
import { scripted } from './script.ts';

/** A part whose Content-Disposition says this after `form-data; `. */
export const part = (
  disposition: string,
  body: Uint8Array | string,
  headers: readonly string[] = [],
): RawPart => ({ headers: [`Content-Disposition: form-data; ${disposition}`, ...headers], body });

/** A file for the provider `scripted`, which completes it. */
export const filePart = part('name="file"; filename="receipt.png"', scripted({ do: 'complete', text: 'x' }));
export const providerPart = part('name="ocrProvider_0"', 'scripted');
