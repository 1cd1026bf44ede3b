import { MAX_JOB_NAME_LENGTH, type Provider } from '@inkstream/contracts';
import { PRIORITIES, type Priority } from '@inkstream/domain';
import type { PasswordSecrets } from '@inkstream/job-store';
import { HttpError } from '@inkstream/service-kit';
import { assertTakes } from '../jobs/passwords.ts';
import { assertAccepts, type Providers } from '../providers/acceptance.ts';
import {
  ASKING_FIELD,
  type Asked,
  askedOf,
  PASSWORD_FIELD,
  type Place,
  providerField,
  textOf,
} from './asked.ts';
import type { StoredFile } from './file-storage.ts';
import { type Fields, NAMELESS_FILE } from './multipart.ts';
import { plainText } from './names.ts';

/** A file with the names of the providers that are to read it, and the pages that they are to read, if not all. */
export interface Assignment extends StoredFile {
  readonly providers: readonly string[];
  readonly pages: readonly number[] | undefined;
  /** Kept in memory alone until it is stored encrypted. */
  readonly password: string | undefined;
  readonly mimeType: string;
}

export interface Form {
  readonly jobName: string;
  /** `interactive` if it is undefined. */
  readonly priority: Priority | undefined;
  readonly files: readonly Assignment[];
}

const POSITION = /^(0|[1-9]\d*)$/;

function assertNoStrayFields(fields: Fields, files: number, why: string): void {
  if ('file' in fields) throw new HttpError(400, NAMELESS_FILE);
  const stray = Object.keys(fields).find((name) => {
    const position = ASKING_FIELD.exec(name)?.[2];
    return position !== undefined && !(POSITION.test(position) && Number(position) < files);
  });
  if (stray !== undefined)
    throw new HttpError(400, `Field '${stray}' belongs to no file; ${why}, counted from 0`);
}

/** All that an upload asks for is one append, of which EventStoreDB takes 1 MiB: with 500 files of long names these are 0.92 MB. */
const MAX_EXECUTIONS = 1_000;
const MAX_SELECTED_PAGES = 10_000;

function assertFew(asked: readonly Asked[], maxExecutions: number): void {
  const executions = asked.reduce((sum, { providers }) => sum + providers.length, 0);
  const most = Math.min(maxExecutions, MAX_EXECUTIONS);
  if (executions > most)
    throw new HttpError(
      400,
      `The upload asks for ${executions} executions, one for each provider of each file; it may ask for ${most}`,
    );
  const pages = asked.reduce((sum, one) => sum + one.providers.length * (one.pages?.length ?? 0), 0);
  if (pages > MAX_SELECTED_PAGES)
    throw new HttpError(
      400,
      `The upload selects ${pages} pages, counted for each provider of each file; it may select ${MAX_SELECTED_PAGES}`,
    );
}

function jobNameOf(fields: Fields, instead: string): string {
  const name = plainText(textOf(fields, 'jobName') ?? '');
  if (name.length > MAX_JOB_NAME_LENGTH)
    throw new HttpError(
      400,
      `jobName: has ${name.length} characters; it may have ${MAX_JOB_NAME_LENGTH} at most`,
    );
  return name || instead;
}

function priorityOf(fields: Fields): Priority | undefined {
  const given = textOf(fields, 'priority');
  const priority = PRIORITIES.find((one) => one === given);
  if (given !== undefined && priority === undefined)
    throw new HttpError(400, `priority: there is no '${given}'; it is one of ${PRIORITIES.join(', ')}`);
  return priority === 'interactive' ? undefined : priority;
}

/** @throws HttpError 503 if a password came, and passwords are not taken. */
function assertTakesThose(fields: Fields, secrets: PasswordSecrets): void {
  for (const name of Object.keys(fields))
    if (PASSWORD_FIELD.test(name)) assertTakes(textOf(fields, name) || undefined, secrets);
}

/** Of one upload. */
export interface FormLimits {
  readonly maxFiles: number;
  readonly maxExecutions: number;
  readonly secrets: PasswordSecrets;
}

/**
 * The providers of the file that begins to come, as far as the fields that have come already name them.
 *
 * @throws HttpError 400 if these fields tell that the upload will be refused, whatever follows.
 */
export function providersSoFar(
  fields: Fields,
  { index, name }: Place,
  { maxFiles, maxExecutions, secrets }: FormLimits,
  known: Providers,
): readonly Provider[] {
  assertNoStrayFields(fields, maxFiles, `a job takes at most ${maxFiles}`);
  jobNameOf(fields, name);
  priorityOf(fields);
  assertTakesThose(fields, secrets);
  const asked = new Map<number, Asked>();
  for (const field of Object.keys(fields)) {
    const position = Number(ASKING_FIELD.exec(field)?.[2]);
    const isNamed = field === providerField(position) && textOf(fields, field)?.trim();
    if (isNamed || field === providerField(index))
      asked.set(position, askedOf(fields, { index: position, name }, known));
  }
  assertFew([...asked.values()], maxExecutions);
  return asked.get(index)?.providers ?? [];
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
  known: Providers,
  { maxExecutions, secrets }: Omit<FormLimits, 'maxFiles'>,
): Form {
  assertNoStrayFields(fields, files.length, `there are ${files.length}`);
  assertTakesThose(fields, secrets);
  const jobName = jobNameOf(fields, files[0]?.name ?? '');
  const priority = priorityOf(fields);
  const asked = files.map(({ name }, index) => askedOf(fields, { index, name }, known));
  assertFew(asked, maxExecutions);
  const empty = files.find(({ bytes }) => bytes === 0);
  if (empty) throw new HttpError(400, `File '${empty.name}' is empty; upload it anew, with what is in it`);
  return { jobName, priority, files: files.map((file, index) => assignment(file, asked[index] as Asked)) };
}

/** @throws HttpError 413 or 415 if one of the providers does not take the file. */
function assignment(file: StoredFile, { providers, pages, password }: Asked): Assignment {
  const [mimeType = ''] = providers.map((provider) => assertAccepts(provider, file));
  return { ...file, mimeType, providers: providers.map(({ name }) => name), pages, password };
}
