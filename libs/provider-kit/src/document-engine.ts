import { type DocumentLimits, isBlank, type OpenDocument } from '@inkstream/document-pages';
import { addSpent, isTransient, type Spent } from '@inkstream/domain';
import type { Document, Engine, Reading } from './engine.ts';
import type { PageCall, PageReading } from './page-reading.ts';
import { ProviderError, toFault } from './provider-error.ts';
import { BLANK_PAGE, openPages } from './read-pages.ts';
import { sideBySide } from './side-by-side.ts';

export interface DocumentEngineOptions extends Pick<Engine, 'probe' | 'close' | 'limiter'> {
  /** The most pages that a call takes. */
  readonly pagesPerCall: number;
  /** Calls for one document that are under way at once; one after another by default. */
  readonly sideBySide?: number;
  readonly limits: Partial<DocumentLimits>;
  /** Reads the pages of a document that the vendor cannot open, though it opens here; by default they have failed. */
  readonly otherwise?: Engine;
  /**
   * Reads the pages with these numbers, from 1; resolves with what was read, by number: pages that are missing are asked
   * for again, alone. The note is that of the first of them.
   *
   * @throws ProviderError: after a permanent one the pages are asked for in smaller calls, until it costs one page.
   */
  readPages(document: Document, pages: readonly number[], call: PageCall): Promise<PagesByNumber>;
}

type PagesByNumber = ReadonlyMap<number, PageReading>;

/** Whether the vendor finds that the document is none: it opened here, so that is not so. */
const isDisputed = (error: unknown): boolean => {
  const { code } = toFault(error);
  return code === 'corrupt_document' || code === 'unsupported_document';
};

/** Asks for the pages, for those that are missing in the answer, and after a permanent fault for each half of them. */
async function readBatch(
  batch: readonly number[],
  ask: (pages: readonly number[]) => Promise<PagesByNumber>,
  reading: Reading,
  disputed: Set<number> | null,
): Promise<void> {
  try {
    const pages = await ask(batch);
    const missing = batch.filter((number) => !pages.has(number));
    if (missing.length === batch.length)
      throw new ProviderError('invalid_result', `None of ${batch.length} pages came back`);
    // They are paid for: only the others are bought again.
    for (const [number, page] of pages) if (batch.includes(number)) reading.pageRead(number, page);
    if (missing.length > 0) await readBatch(missing, ask, reading, disputed);
  } catch (error) {
    reading.signal.throwIfAborted();
    if (disputed && isDisputed(error)) for (const number of batch) disputed.add(number);
    else if (batch.length > 1 && !isTransient(toFault(error).code)) {
      const half = Math.ceil(batch.length / 2);
      for (const part of [batch.slice(0, half), batch.slice(half)])
        await readBatch(part, ask, reading, disputed);
    } else for (const number of batch) reading.pageFailed(number, error);
  }
}

/** A page drawn so small shows whether there is anything on it. */
const SKETCH = { dpi: 72, minRenderedSide: 1, maxPagePixels: 1_000_000 };

/** The pages that are to be read yet; those with nothing on them are handed over, and cost nothing. */
async function exceptBlank(document: OpenDocument, reading: Reading): Promise<readonly number[]> {
  const left: number[] = [];
  for (const number of reading.opened(document.pageCount)) {
    // The vendor may open what does not open here.
    const page = await document.page(number - 1).catch(() => null);
    reading.signal.throwIfAborted();
    if (page && !page.text && isBlank(page))
      reading.pageRead(number, { ...BLANK_PAGE, width: page.width, height: page.height });
    else left.push(number);
  }
  return left;
}

/**
 * An engine of a vendor that takes a document whole and reads selected pages of it. The document is opened here only to
 * learn how many pages it has, and which of them are blank.
 */
export function documentEngine({
  pagesPerCall,
  sideBySide: width = 1,
  limits,
  otherwise,
  readPages,
  ...rest
}: DocumentEngineOptions): Engine {
  return {
    ...rest,
    async recognise(document, reading) {
      const opened = await openPages(document, { ...limits, ...SKETCH }, reading);
      const numbers = await exceptBlank(opened, reading).finally(() => opened.close());
      const batches = Array.from({ length: Math.ceil(numbers.length / pagesPerCall) }, (_, at) =>
        numbers.slice(at * pagesPerCall, (at + 1) * pagesPerCall),
      );
      const ask = (pages: readonly number[]) => reading.ofPages(pages, () => askOne(pages));
      const askOne = async (pages: readonly number[]) => {
        const call = { signal: reading.signal, note: reading.note(pages[0] ?? 1) };
        const { readings } = await reading.call(async () => {
          const readings = await readPages(document, pages, call);
          const [first] = readings.values();
          return { readings, model: first?.model, ...[...readings.values()].reduce<Spent>(addSpent, {}) };
        });
        return readings;
      };
      const disputed = otherwise ? new Set<number>() : null;
      await sideBySide(batches, width, (batch) => readBatch(batch, ask, reading, disputed));
      if (!otherwise || !disputed?.size) return null;
      const left = (pages: number) => reading.opened(pages).filter((number) => disputed.has(number));
      return otherwise.recognise(document, { ...reading, opened: left });
    },
  };
}
