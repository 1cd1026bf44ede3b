import type { PageImage } from '@inkstream/document-pages';
import { createWorker, OEM, type Page, PSM, type Worker } from 'tesseract.js';
import { installedLanguage, type LocateLanguage, withLanguageFolder } from './language-data.ts';

/**
 * A column of rows, which is what a receipt is. On generated photos word F1 is 0.93 against 0.75 of mode 4 (one
 * column of text of variable sizes), which loses rows that are not level; on scans the two are equal.
 */
const pageSegmentation = PSM.SINGLE_BLOCK;

/** Read once at the start, as Tesseract tells its version with a result only. */
const blankPage: PageImage = { data: new Uint8Array(32 * 32).fill(255), width: 32, height: 32, channels: 1 };

/** Tesseract in a thread of its own, which reads one picture after another. */
export interface TesseractWorker {
  /** Of Tesseract itself. */
  readonly version: string;
  read(page: PageImage): Promise<Page>;
  stop(): Promise<void>;
}

/**
 * Starts Tesseract with the LSTM models of `languages`, all from local files; takes half a second.
 *
 * @throws Error if a language is not installed, or its model cannot be loaded.
 */
export async function startTesseract(
  languages: readonly string[],
  locate: LocateLanguage = installedLanguage,
): Promise<TesseractWorker> {
  const worker = await withLanguageFolder(languages, locate, (langPath) => loadWorker(languages, langPath));
  await worker.setParameters({
    tessedit_pageseg_mode: pageSegmentation,
    // Pages say nothing of their resolution, and Tesseract's guess goes to the log.
    user_defined_dpi: '300',
    debug_file: '/dev/null',
  });
  const read = async (page: PageImage) => {
    try {
      return (await worker.recognize(toPgm(page), {}, { blocks: true, text: false })).data;
    } catch (cause) {
      // Tesseract.js rejects with strings.
      throw new Error('Tesseract failed on this page', { cause });
    }
  };
  const { version } = await read(blankPage);
  return {
    version,
    read,
    async stop() {
      await worker.terminate();
    },
  };
}

/** `createWorker` leaves its promise pending when a model is not loaded, and only tells the error handler. */
async function loadWorker(languages: readonly string[], langPath: string): Promise<Worker> {
  const fault = Promise.withResolvers<never>();
  const errorHandler = (error: unknown) => fault.reject(new Error(`Tesseract did not start: ${error}`));
  const options = { langPath, gzip: true, cacheMethod: 'none', errorHandler };
  return Promise.race([createWorker([...languages], OEM.LSTM_ONLY, options), fault.promise]);
}

/** A grey page as a file that Leptonica reads without decompressing: PGM, from the Netpbm formats. */
function toPgm({ data, width, height }: PageImage): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), data]);
}
