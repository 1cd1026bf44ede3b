import { type ListedProvider, MAX_JOB_NAME_LENGTH, type Provider } from '@inkstream/contracts';
import { PRIORITIES, type Priority } from '@inkstream/domain';
import { HttpError } from '@inkstream/service-kit';
import { assertAccepts, requireProvider } from '../providers/acceptance.ts';
import type { StoredFile } from './file-storage.ts';
import { type Fields, NAMELESS_FILE } from './multipart.ts';
import { plainText } from './names.ts';

/** A file with the provider that is to read it. */
export interface Assignment extends StoredFile {
  readonly provider: string;
  readonly mimeType: string;
}

export interface Form {
  readonly jobName: string;
  /** `interactive` if it is undefined. */
  readonly priority: Priority | undefined;
  readonly files: readonly Assignment[];
}

const PROVIDER_FIELD = /^ocrProvider_(.*)$/s;
const POSITION = /^(0|[1-9]\d*)$/;
const providerField = (index: number) => `ocrProvider_${index}`;

function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new HttpError(400, `Field '${name}' comes more than once`);
}

function assertNoStrayFields(fields: Fields, files: number, why: string): void {
  if ('file' in fields) throw new HttpError(400, NAMELESS_FILE);
  const stray = Object.keys(fields).find((name) => {
    const position = PROVIDER_FIELD.exec(name)?.[1];
    return position !== undefined && !(POSITION.test(position) && Number(position) < files);
  });
  if (stray !== undefined)
    throw new HttpError(400, `Field '${stray}' belongs to no file; ${why}, counted from 0`);
}

function jobNameOf(fields: Fields, instead: string): string {
  const name = plainText(textOf(fields, 'jobName') ?? '');
  if (name.length > MAX_JOB_NAME_LENGTH)
    throw new HttpError(400, `jobName: must have at most ${MAX_JOB_NAME_LENGTH} characters`);
  return name || instead;
}

function priorityOf(fields: Fields): Priority | undefined {
  const given = textOf(fields, 'priority');
  const priority = PRIORITIES.find((one) => one === given);
  if (given !== undefined && priority === undefined)
    throw new HttpError(400, `priority: must be one of ${PRIORITIES.join(', ')}`);
  return priority === 'interactive' ? undefined : priority;
}

function providerOf(fields: Fields, index: number, name: string): string {
  const provider = textOf(fields, providerField(index))?.trim();
  if (!provider)
    throw new HttpError(400, `Field '${providerField(index)}' is missing: the provider for '${name}'`);
  return provider;
}

/**
 * The provider of the file that begins to come, if its field has come already.
 *
 * @throws HttpError 400 if the fields that have come tell that the upload will be refused, whatever follows.
 */
export function providerSoFar(
  fields: Fields,
  { index, name }: { readonly index: number; readonly name: string },
  maxFiles: number,
  findProvider: (name: string) => ListedProvider | undefined,
): Provider | undefined {
  assertNoStrayFields(fields, maxFiles, `a job takes at most ${maxFiles}`);
  jobNameOf(fields, name);
  priorityOf(fields);
  for (const field of Object.keys(fields)) {
    const provider = PROVIDER_FIELD.test(field) && textOf(fields, field)?.trim();
    if (provider) requireProvider(findProvider, provider);
  }
  return providerField(index) in fields
    ? requireProvider(findProvider, providerOf(fields, index, name))
    : undefined;
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
  findProvider: (name: string) => ListedProvider | undefined,
): Form {
  assertNoStrayFields(fields, files.length, `there are ${files.length}`);
  const jobName = jobNameOf(fields, files[0]?.name ?? '');
  const priority = priorityOf(fields);
  const assigned = files.map((file, index) => ({
    file,
    provider: requireProvider(findProvider, providerOf(fields, index, file.name)),
  }));
  const empty = files.find(({ bytes }) => bytes === 0);
  if (empty) throw new HttpError(400, `File '${empty.name}' is empty`);
  return {
    jobName,
    priority,
    files: assigned.map(({ file, provider }) => ({
      ...file,
      mimeType: assertAccepts(provider, file),
      provider: provider.name,
    })),
  };
}
