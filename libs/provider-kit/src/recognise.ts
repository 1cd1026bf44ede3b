import { completeResult } from './complete-result.ts';
import type { Document, Engine, Recognition } from './engine.ts';
import type { Outcome } from './outcome.ts';
import { nobody, type PageSink, PagesRead, type PagesTask } from './pages-read.ts';
import { toFault } from './provider-error.ts';

/** What there is beside the engine and the document. */
export interface HowToRead {
  readonly signal: AbortSignal;
  /** Called at each sign of life. */
  readonly alive: () => void;
  readonly task: PagesTask;
  readonly sink: PageSink;
}

const firstLine = (error: Error): string => error.message.split('\n', 1)[0] ?? '';

const reasonOf = (error: Error): string =>
  error.cause instanceof Error ? `${firstLine(error)}: ${firstLine(error.cause)}` : firstLine(error);

/** For the log: the stack of what was not foreseen; of a fault that has a code one line, what it and its cause say. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return toFault(error).code === 'internal_error' ? (error.stack ?? error.message) : reasonOf(error);
}

const never = new AbortController().signal;
const nothingYet: PagesTask = { selected: undefined, there: [], ended: 0 };

/**
 * Has an engine read a document, or those of its pages that are not there yet; without a sink nothing is stored, and
 * without a signal nothing ends it.
 *
 * @throws what the engine throws, or what was wrong with a page that is to be tried again; ProviderError if no page
 *   could be read.
 */
export async function readDocument(
  engine: Engine,
  document: Document,
  { signal = never, alive = () => {}, task = nothingYet, sink = nobody }: Partial<HowToRead> = {},
): Promise<Recognition> {
  const pages = new PagesRead(task, sink);
  const whole = await engine.recognise(document, {
    signal,
    alive,
    selected: task.selected,
    opened: (pageCount) => pages.opened(pageCount),
    pageRead(number, page) {
      alive();
      pages.pageRead(number, page);
    },
    pageFailed(number, error, size) {
      alive();
      pages.pageFailed(number, error, size);
    },
    note: (number) => sink.note(number),
  });
  return whole ?? pages.recognition();
}

/** Reads a document and completes the result. Never rejects. */
export async function recognise(engine: Engine, document: Document, how: HowToRead): Promise<Outcome> {
  try {
    return { kind: 'read', result: completeResult(await readDocument(engine, document, how)) };
  } catch (error) {
    return { kind: 'failed', fault: toFault(error), cause: causeOf(error) };
  }
}
