import type { Provider } from '@inkstream/contracts';
import { HttpError } from '@inkstream/service-kit';
import { checkedPassword } from '../jobs/passwords.ts';
import { type Providers, requireProvider } from '../providers/acceptance.ts';
import { selectedPages } from '../providers/selected-pages.ts';
import type { Fields } from './multipart.ts';

/** What is asked of a file: that each of these providers reads it, all of its pages or these. */
export interface Asked {
  readonly providers: readonly Provider[];
  readonly pages: readonly number[] | undefined;
  /** What opens it, if it is a PDF that is encrypted. */
  readonly password: string | undefined;
}

/** A file of an upload; `index` counts from 0. */
export interface Place {
  readonly index: number;
  readonly name: string;
}

/** The fields that ask something of the file at the position after the line; a password without one asks it of none. */
export const ASKING_FIELD = /^(ocrProvider_|pages_|password_|password$)(.*)$/s;
export const PASSWORD_FIELD = /^password_/;
export const providerField = (index: number) => `ocrProvider_${index}`;
const pagesField = (index: number) => `pages_${index}`;
const passwordField = (index: number) => `password_${index}`;

/** @throws HttpError 400 if it comes more than once. */
export function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new HttpError(400, `Field '${name}' comes more than once; send it once`);
}

/** The providers that a field names, by name or alias, separated by commas. */
function providersOf(text: string, field: string, known: Providers): Provider[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes(''))
    throw new HttpError(
      400,
      `Field '${field}' has an empty name; it may name one provider, or several as in a,b`,
    );
  const providers = names.map((name) => requireProvider(known, name));
  const twice = providers.find(({ name }, index) =>
    providers.slice(0, index).some((one) => one.name === name),
  );
  if (twice) throw new HttpError(400, `Field '${field}' names provider '${twice.name}' twice; name it once`);
  return providers;
}

/**
 * What the fields ask of a file.
 *
 * @throws HttpError 400 that names the field, 503 for a provider that can't read.
 */
export function askedOf(fields: Fields, { index, name }: Place, known: Providers): Asked {
  const field = providerField(index);
  const text = textOf(fields, field)?.trim();
  if (!text) throw new HttpError(400, `Field '${field}' is missing; it names the provider for '${name}'`);
  const providers = providersOf(text, field, known);
  const pages = textOf(fields, pagesField(index));
  return {
    providers,
    pages: pages === undefined ? undefined : selectedPages(pages, pagesField(index), providers),
    password: checkedPassword(textOf(fields, passwordField(index)), `Field '${passwordField(index)}'`),
  };
}
