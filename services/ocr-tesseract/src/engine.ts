import type { RecognisedPage } from '@inkstream/contracts';
import type { PageImage } from '@inkstream/document-pages';
import type { CreateEngine, Engine } from '@inkstream/provider-kit';
import { readPages } from '@inkstream/provider-kit/read-pages';
import { textFirst } from '@inkstream/provider-kit/text-first';
import sharp from 'sharp';
import { installedLanguage, type LocateLanguage } from './language-data.ts';
import { meanConfidence, type ReadLine, readingScore, recognisedLines } from './recognised-lines.ts';
import { startTesseract, type TesseractWorker } from './tesseract-worker.ts';

export interface TesseractOptions {
  /** Codes joined by `+`, such as `eng+deu`; each needs its package `@tesseract.js-data/<code>`. */
  readonly languages: string;
  readonly maxPages: number;
  /** Memory of the process that decodes a document, MiB. */
  readonly memoryMb?: number;
}

/** There is no text on less. */
const minSide = 8;
/** A page that is read with less confidence may be sideways or upside down. */
const uprightConfidence = 0.7;

/** What each worker thread calls. Tesseract logs nothing while it loads, so the kit's thread is not used. */
export const createEngine: CreateEngine<TesseractOptions> = (options) => createTesseract(options);

/**
 * Loads Tesseract, in a thread that ends with the caller's. The engine reads one document at a time; an abort ends
 * decoding at once, and reading before the next pass over a page, a few seconds.
 *
 * @throws Error if a language is not installed, or Tesseract does not start.
 */
export async function createTesseract(
  { languages, ...limits }: TesseractOptions,
  locate: LocateLanguage = installedLanguage,
): Promise<Engine> {
  const worker = await startTesseract(languages.split('+'), locate);
  return {
    recognise(document, reading) {
      const read = textFirst((page) => readUpright(page, worker, reading.signal));
      return readPages(document, reading, { ...limits, takesText: true }, async (decode) => ({
        ...(await read(await decode())),
        model: `tesseract ${worker.version} ${languages}`,
      }));
    },
    close: () => worker.stop(),
  };
}

type ReadPage = RecognisedPage & { lines: ReadLine[] };

/** Reads the page as it is; if little was read, also turned, until enough was read, and keeps the best. */
async function readUpright(page: PageImage, worker: TesseractWorker, signal: AbortSignal): Promise<ReadPage> {
  const { width, height } = page;
  let best: ReadPage = { width, height, rotation: 0, lines: [] };
  if (Math.min(width, height) < minSide) return best;
  // Receipts are taller than wide: one that is not is probably sideways, rather than upside down.
  const turns = width > height ? ([0, 90, 270, 180] as const) : ([0, 180, 90, 270] as const);
  for (const rotation of turns) {
    signal.throwIfAborted();
    const turned = await turnPage(page, rotation);
    const lines = recognisedLines(await worker.read(turned), turned);
    if (readingScore(lines) > readingScore(best.lines)) {
      best = { width: turned.width, height: turned.height, rotation, lines };
    }
    if (meanConfidence(lines) >= uprightConfidence) break;
  }
  return best;
}

/** The page turned clockwise. */
async function turnPage(page: PageImage, degrees: 0 | 90 | 180 | 270): Promise<PageImage> {
  if (degrees === 0) return page;
  const { width, height, channels } = page;
  const { data, info } = await sharp(page.data, { raw: { width, height, channels }, limitInputPixels: false })
    .rotate(degrees)
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels };
}
