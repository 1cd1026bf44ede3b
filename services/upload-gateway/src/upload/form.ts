import { MAX_JOB_NAME_LENGTH, type Provider } from '@inkstream/contracts';
import { HttpError } from '@inkstream/service-kit';
import { assertAccepts, requireProvider } from '../providers/acceptance.ts';
import type { StoredFile } from './file-storage.ts';
import type { Fields } from './multipart.ts';
import { plainText } from './names.ts';

/** A file with the provider that is to read it. */
export interface Assignment extends StoredFile {
  readonly provider: string;
  readonly mimeType: string;
}

export interface Form {
  readonly jobName: string;
  readonly files: readonly Assignment[];
}

const PROVIDER_FIELD = /^ocrProvider_/;
const providerField = (index: number) => `ocrProvider_${index}`;

function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new HttpError(400, `Field '${name}' comes more than once`);
}

function assertNoStrayFields(fields: Fields, files: number): void {
  const expected = new Set(Array.from({ length: files }, (_, index) => providerField(index)));
  const stray = Object.keys(fields).find((name) => PROVIDER_FIELD.test(name) && !expected.has(name));
  if (stray !== undefined)
    throw new HttpError(400, `Field '${stray}' belongs to no file; there are ${files}, counted from 0`);
  if ('file' in fields) throw new HttpError(400, "Field 'file' must be a file with a name");
}

function jobNameOf(fields: Fields, files: readonly StoredFile[]): string {
  const name = plainText(textOf(fields, 'jobName') ?? '');
  if (name.length > MAX_JOB_NAME_LENGTH)
    throw new HttpError(400, `jobName: must have at most ${MAX_JOB_NAME_LENGTH} characters`);
  return name || (files[0]?.name ?? '');
}

function providerOf(fields: Fields, index: number, { name }: StoredFile): string {
  const provider = textOf(fields, providerField(index))?.trim();
  if (!provider)
    throw new HttpError(400, `Field '${providerField(index)}' is missing: the provider for '${name}'`);
  return provider;
}

/**
 * What an upload of one or more files asks for, checked as a whole: what is wrong with the form comes before what is
 * wrong with a file.
 *
 * @throws HttpError 400, 413 or 415 that names the field or the file.
 */
export function readForm(
  fields: Fields,
  files: readonly StoredFile[],
  findProvider: (name: string) => Provider | undefined,
): Form {
  assertNoStrayFields(fields, files.length);
  const jobName = jobNameOf(fields, files);
  const assigned = files.map((file, index) => ({
    file,
    provider: requireProvider(findProvider, providerOf(fields, index, file)),
  }));
  const empty = files.find(({ bytes }) => bytes === 0);
  if (empty) throw new HttpError(400, `File '${empty.name}' is empty`);
  return {
    jobName,
    files: assigned.map(({ file, provider }) => ({
      ...file,
      mimeType: assertAccepts(provider, file),
      provider: provider.name,
    })),
  };
}
