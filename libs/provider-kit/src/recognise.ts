import { harmlessMarkdown } from '@inkstream/receipt-fields';
import { completeResult } from './complete-result.ts';
import type { Document, Engine, MakeCall, Recognition } from './engine.ts';
import { Purse } from './limits/purse.ts';
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
  /** At once, and counted, by default. */
  readonly call?: MakeCall;
  /** Counts what is spent. */
  readonly purse: Purse;
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

/** Has each call made at once, and counts what it costs. */
const countedBy =
  (purse: Purse): MakeCall =>
  async (call) => {
    try {
      const answer = await call();
      purse.spend(answer);
      return answer;
    } catch (error) {
      purse.spendOn(error);
      throw error;
    }
  };

async function read(
  engine: Engine,
  document: Document,
  { signal, alive, task, sink, purse, call = countedBy(purse) }: HowToRead,
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
    ofPages: (numbers, work) => sink.ofPages(numbers, work),
    call,
  });
  if (!whole) return pages.recognition();
  const { markdown } = whole;
  return markdown === undefined ? whole : { ...whole, markdown: harmlessMarkdown(markdown) };
}

/**
 * Has an engine read a document, or those of its pages that are not there yet, without the kit: unless told otherwise
 * nothing is stored or limited, and nothing ends it. What its calls cost is in what it returns.
 *
 * @throws what the engine throws, or what was wrong with a page that is to be tried again; ProviderError if no page
 *   could be read.
 */
export async function readDocument(
  engine: Engine,
  document: Document,
  how: Partial<Omit<HowToRead, 'call' | 'purse'>> = {},
): Promise<Recognition> {
  const purse = new Purse();
  const nothing = { signal: never, alive: () => {}, task: nothingYet, sink: nobody };
  const recognition = await read(engine, document, { ...nothing, ...how, purse });
  purse.spend(recognition);
  return { ...recognition, ...purse.spent };
}

/** Reads a document, counts what that cost, and completes the result. Never rejects. */
export async function recognise(engine: Engine, document: Document, how: HowToRead): Promise<Outcome> {
  const { purse } = how;
  try {
    const recognition = await read(engine, document, how);
    purse.spend(recognition);
    return { kind: 'read', result: completeResult(recognition) };
  } catch (error) {
    purse.spendOn(error);
    return { kind: 'failed', fault: toFault(error), cause: causeOf(error) };
  }
}
