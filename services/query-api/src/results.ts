import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import {
  type OcrResult,
  type ResultWarning,
  UnknownResultVersionError,
  upcastResultText,
} from '@inkstream/contracts';
import type { ExecutionFault, ExecutionView, ResultInfo } from '@inkstream/domain';
import type { WholeJob } from '@inkstream/job-store';
import { ObjectNotFoundError, type ObjectStore } from '@inkstream/object-store';
import { HttpError, type Logger } from '@inkstream/service-kit';
import { executionsByFile, type ResultText, toExecution, toFile, toHead } from './job-answer.ts';
import type { ProgressOf } from './latest-progress.ts';

/** Results of one job that are loaded at once, in the order in which they are sent. */
const CONCURRENCY = 8;

/** A stored result in today's version, checked against its hash. */
async function load(
  objects: ObjectStore,
  { resultKey, resultSha256, despite }: ResultInfo,
  log: Logger,
): Promise<ResultText> {
  try {
    const bytes = await buffer(await objects.get(resultKey));
    if (createHash('sha256').update(bytes).digest('hex') === resultSha256)
      return warned(inTodaysVersion(bytes.toString(), resultKey, log), despite);
    log.error({ key: resultKey }, 'a stored result is not the one that was written');
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    log.warn({ key: resultKey }, 'a stored result is missing');
  }
  return 'unreadable';
}

/** The result of a reading that was not good enough, if whoever was asked for a better one has none: it says so. */
function warned(result: ResultText, despite: ExecutionFault | undefined): ResultText {
  if (result === null || result === 'unreadable' || !despite) return result;
  const read: OcrResult = JSON.parse(result.text);
  const message = `It was not read better: ${despite.message}`;
  const warning: ResultWarning = { code: 'not_read_better', message };
  return { text: JSON.stringify({ ...read, warnings: [...read.warnings, warning] }) };
}

/** Unreadable if it is not what its version says. A later version is nothing to guess at: the request is refused. */
function inTodaysVersion(text: string, key: string, log: Logger): ResultText {
  try {
    return { text: upcastResultText(text) };
  } catch (err) {
    log.error({ err, key }, 'a stored result cannot be read');
    if (!(err instanceof UnknownResultVersionError)) return 'unreadable';
    throw new HttpError(503, 'A result was written by a later release than this one; try again', {
      'Retry-After': '10',
    });
  }
}

/**
 * The result of an execution, null if it has none.
 *
 * @throws ObjectStoreUnavailableError
 * @throws HttpError 503 for a result of a later version than this code knows
 */
export const resultOf = async (
  objects: ObjectStore,
  { result }: ExecutionView,
  log: Logger,
): Promise<ResultText> => (result ? load(objects, result, log) : null);

/** The results of these executions in their order, a few of them loaded ahead. */
async function* resultsOf(
  objects: ObjectStore,
  executions: readonly ExecutionView[],
  log: Logger,
): AsyncGenerator<ResultText> {
  const ahead: Promise<ResultText>[] = [];
  let next = 0;
  while (next < executions.length || ahead.length > 0) {
    for (; ahead.length < CONCURRENCY && next < executions.length; next++) {
      const loading = resultOf(objects, executions[next] as ExecutionView, log);
      loading.catch(() => {});
      ahead.push(loading);
    }
    yield (await ahead.shift()) ?? null;
  }
}

/** The inside of a JSON object, which more members may follow. */
const openObject = (members: object): string => JSON.stringify(members).slice(0, -1);

/**
 * A job with its results as JSON text, piece by piece, so that a job with many results needs no more memory than a few
 * of them. `onUnreadable` is called if one is missing or damaged, before it is said to be.
 *
 * @throws ObjectStoreUnavailableError, and what `onUnreadable` throws.
 */
export async function* jobText(
  { objects, log }: { readonly objects: ObjectStore; readonly log: Logger },
  whole: WholeJob,
  progress: ProgressOf,
  onUnreadable: () => Promise<void>,
): AsyncGenerator<string> {
  const byFile = executionsByFile(whole);
  const { files } = whole.job;
  const results = resultsOf(
    objects,
    files.flatMap(({ id }) => byFile.get(id) ?? []),
    log,
  );
  try {
    yield `${openObject(toHead(whole))},"files":[`;
    for (const [index, file] of files.entries()) {
      yield `${index > 0 ? ',' : ''}${openObject(toFile(file))},"executions":[`;
      for (const [position, execution] of (byFile.get(file.id) ?? []).entries()) {
        const { value = null } = await results.next();
        if (value === 'unreadable') await onUnreadable();
        const shown = toExecution(execution, { result: value, progress: progress.get(execution.id) });
        yield `${position > 0 ? ',' : ''}${JSON.stringify(shown)}`;
      }
      yield ']}';
    }
    yield ']}';
  } finally {
    await results.return(undefined);
  }
}
