import type { OcrLine, RecognisedPage, ResultWarning } from '@inkstream/contracts';
import { boxAround, partsOf, rowsOf, turnTo } from '@inkstream/page-layout';
import { type Detector, openDetector } from './detector.ts';
import { type GreyImage, halve, toGrey, turnImage } from './grey-image.ts';
import { cornersOf, type Point, type RotatedRect } from './min-area-rect.ts';
import { type ModelName, resolveModel } from './models.ts';
import { alongText, axisOf, directionOf, turnFor } from './orientation.ts';
import type { PageImage } from './page-image.ts';
import { openJudgedRecogniser, openRecogniser, type Recogniser } from './recogniser.ts';
import { scriptsOf } from './scripts/line-models.ts';
import { confidenceUpright } from './scripts/page-scripts.ts';
import { createScriptReader, type Line, type ScriptReader } from './scripts/script-reader.ts';
import type { NativeCall } from './session.ts';
import { restoreSpaces } from './spacing.ts';
import { TextBoxFinder } from './text-boxes.ts';

export type PpocrOptions = {
  readonly model: ModelName;
  /** Tags of BCP 47 such as `ru`: only scripts that these are written in are read, beside Latin. All, if not given. */
  readonly languages?: readonly string[] | undefined;
  /** Aborts the loading (and the fetching) of the models. */
  readonly signal?: AbortSignal | undefined;
  /** Called once, at start, with which models were chosen and why. */
  readonly log?: ((message: string) => void) | undefined;
  /** Makes the calls into ONNX Runtime, within which a thread must not be ended. */
  readonly native?: NativeCall;
};

/** A line as this engine reads it: it always knows where, and how sure it is. */
type ReadLine = OcrLine & Required<Pick<OcrLine, 'confidence' | 'box' | 'quad'>>;
/** A page as this engine reads it. */
type ReadPage = RecognisedPage & { lines: ReadLine[]; warnings?: readonly ResultWarning[] };

/** PP-OCR for one page at a time on one thread. For several at once, run several instances in worker threads. */
export interface Ppocr extends AsyncDisposable {
  /**
   * Reads a page: finds which way is up, then its lines in reading order.
   *
   * @throws the signal's reason when it is aborted, between two lines at the latest.
   * @throws RangeError if the pixels are fewer than the size says, or another page is being read.
   */
  recognise(image: PageImage, options?: { signal?: AbortSignal | undefined }): Promise<ReadPage>;
  /** Frees the models. */
  close(): Promise<void>;
}

/** Lines less sure than this are noise: `drop_score` of PaddleOCR. */
const minConfidence = 0.5;
/** Pages with a short side from here on are halved first: 40 ms less, and nothing is lost. */
const halveFrom = 1500;
/** There is no text on less. */
const minSide = 8;

/** Loads the models, which blocks the thread for some 0.3 s: call it in a worker. */
export async function createPpocr({
  model,
  languages,
  signal,
  log,
  native = (call) => call(),
}: PpocrOptions): Promise<Ppocr> {
  const files = await resolveModel(model, { signal, log });
  signal?.throwIfAborted();
  const detector = await openDetector(files.detector, native);
  const recogniser = await (model === 'accurate' ? openJudgedRecogniser : openRecogniser)(files, native);
  const scripts = createScriptReader(native, languages && scriptsOf(languages));
  return new Engine(detector, recogniser, scripts);
}

/** How often a page is looked at, each time in a larger map, and how many times as large as usual the map may be. */
const [mostLooks, mostEnlarged] = [3, 4];
/** With so few lines there is more to find in a map twice as large. */
const fewLines = 3;
/**
 * If half of the lines are lower in the map than this, pixels, prices may be lost; they are found where lines are so high.
 * What is small seems higher than it is, so a larger map has to show it fairly high, or there is one more.
 */
const [lowLine, fairLine, fineLine] = [14, 20, 24];
/** A larger map has to show so many of the lines that were found before, as a share: it parts some, and joins others. */
const keptLines = 0.8;

/** How many times as large a map has to be for its text; 1 if it is large enough. */
function enlargementFor(rects: readonly RotatedRect[], scale: number, low: number): number {
  if (rects.length < fewLines) return 2;
  const heights = rects.map(({ width, height }) => Math.min(width, height) * scale).sort((a, b) => a - b);
  const height = heights[heights.length >> 1] ?? 0;
  return height < low ? fineLine / height : 1;
}

class Engine implements Ppocr {
  readonly #detector: Detector;
  readonly #recogniser: Recogniser;
  readonly #scripts: ScriptReader;
  readonly #boxes = new TextBoxFinder();
  #busy = false;

  constructor(detector: Detector, recogniser: Recogniser, scripts: ScriptReader) {
    this.#detector = detector;
    this.#recogniser = recogniser;
    this.#scripts = scripts;
  }

  async recognise(
    image: PageImage,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<ReadPage> {
    if (this.#busy) throw new RangeError('one page at a time: wait for the last recognise() to end');
    this.#busy = true;
    try {
      return await this.#recognise(image, signal);
    } finally {
      this.#busy = false;
    }
  }

  async #recognise(image: PageImage, signal: AbortSignal | undefined): Promise<ReadPage> {
    const { width, height } = image;
    if (Math.min(width, height) < minSide) return { width, height, rotation: 0, lines: [] };
    const scale = Math.min(width, height) >= halveFrom ? 2 : 1;
    let page = toGrey(image);
    if (scale === 2) page = halve(page);

    let rects = await this.#find(page, signal);
    const readings = new Map<RotatedRect, Line>();
    let direction = await directionOf(rects, async (rect, along) => {
      const line = await this.#read(page, rect, along, signal);
      if (turnFor(along) === 0) readings.set(rect, line);
      return { confidence: confidenceUpright(line.reading) };
    });
    const rotation = turnFor(direction);
    if (rotation !== 0) {
      page = await turnImage(page, rotation);
      rects = await this.#find(page, signal);
      readings.clear();
      direction += (rotation * Math.PI) / 180;
      direction += turnTo(direction, axisOf(rects), Math.PI);
    }
    const latin: Line[] = [];
    for (const rect of rects) {
      latin.push(readings.get(rect) ?? (await this.#read(page, rect, direction, signal)));
    }
    const { lines: read, warnings } = await this.#scripts.reread(page, latin, signal);
    const lines = read.filter(({ reading }) => reading.confidence >= minConfidence);
    const upright = rotation % 180 === 0 ? { width, height } : { width: height, height: width };
    return { ...upright, rotation, lines: inOrder(toOcrLines(lines, scale, upright)), warnings };
  }

  /** Finds lines; anew in a map as large as their height asks for, if they are too small, as on a receipt far from the camera. */
  async #find(page: GreyImage, signal: AbortSignal | undefined): Promise<RotatedRect[]> {
    let found: RotatedRect[] = [];
    let enlarged = 1;
    for (let look = 0; look < mostLooks; look++) {
      signal?.throwIfAborted();
      const map = await this.#detector.detect(page, enlarged);
      const rects = this.#boxes.find(map, page);
      if (look > 0 && rects.length < keptLines * found.length) break;
      found = rects;
      const scale = map.width / page.width;
      const more = Math.min(
        mostEnlarged,
        enlarged * enlargementFor(found, scale, look === 0 ? lowLine : fairLine),
      );
      if (scale >= 0.9 || more <= enlarged) break;
      enlarged = more;
    }
    return found;
  }

  async #read(
    page: GreyImage,
    found: RotatedRect,
    direction: number,
    signal: AbortSignal | undefined,
  ): Promise<Line> {
    signal?.throwIfAborted();
    const rect = alongText(found, direction);
    return { rect, reading: await this.#recogniser.read(page, rect) };
  }

  async close(): Promise<void> {
    await this.#detector.release();
    await this.#recogniser.release();
    await this.#scripts.release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Reading order: of papers side by side one after the other, each row by row. */
const inOrder = (lines: readonly ReadLine[]): ReadLine[] =>
  partsOf(lines).flatMap((column) => column.flatMap((paper) => rowsOf(paper).flat()));

function toOcrLines(
  lines: readonly Line[],
  scale: number,
  page: { width: number; height: number },
): ReadLine[] {
  const clamp = (value: number, limit: number) => Math.min(limit, Math.max(0, Math.round(value * scale)));
  return lines.flatMap(({ rect, reading }): ReadLine[] => {
    const text = restoreSpaces(reading.text);
    if (text === '') return [];
    const [a, b, c, d] = cornersOf(rect);
    const place = ([x, y]: Point): [number, number] => [clamp(x, page.width), clamp(y, page.height)];
    const quad: ReadLine['quad'] = [place(a), place(b), place(c), place(d)];
    return [{ text, confidence: Math.min(1, reading.confidence), box: boxAround(quad), quad }];
  });
}
