import type { Reading } from '../ctc.ts';
import type { GreyImage } from '../grey-image.ts';
import type { RotatedRect } from '../min-area-rect.ts';
import type { LatinReading } from '../recogniser.ts';
import type { NativeCall } from '../session.ts';
import { withHalfWidth } from './half-width.ts';
import { lineModelOf, type Script } from './line-models.ts';
import { type LineRecogniser, openLineRecogniser } from './line-recogniser.ts';
import { withNumbersOf } from './numbers.ts';
import { scriptsOfPage } from './page-scripts.ts';
import { inOrderOfReading } from './reading-direction.ts';
import { withAccentsOf } from './vietnamese.ts';
import { openWholeAlphabet, type WholeAlphabet } from './whole-alphabet.ts';

/** A line, its box with the width along its text. */
export type Line = { readonly rect: RotatedRect; readonly reading: LatinReading };
export type ScriptReader = {
  /**
   * Reads anew what of a page's lines is not in Latin script. A page in Latin script costs nothing.
   *
   * @returns the lines, in their order, and the scripts of those that nobody could read, whose confidence is low.
   */
  reread<T extends Line>(
    page: GreyImage,
    lines: readonly T[],
    signal?: AbortSignal,
  ): Promise<{ lines: T[]; unread: Set<Script> }>;
  release(): Promise<void>;
};

/** The confidence of what was read of a line in a script that nobody reads, at most. */
const unreadConfidence = 0.5;
/** A reading less sure than this is none. */
const leastConfidence = 0.5;

/**
 * Reads lines of other scripts, each by its own recogniser, which is loaded when there is the first such line and then
 * stays: 1 to 9 MB each.
 *
 * @param wanted the scripts that are read; all, if it is not given.
 */
export function createScriptReader(native: NativeCall, wanted?: ReadonlySet<Script>): ScriptReader {
  const recognisers = new Map<Script, LineRecogniser>();
  let whole: WholeAlphabet | undefined;

  /** Undefined if the script can't be read. */
  async function read(script: Script, page: GreyImage, { rect, reading }: Line): Promise<Reading | undefined> {
    const model = lineModelOf(script);
    if (model === undefined || wanted?.has(script) === false) return undefined;
    if (model === 'whole') {
      if (reading.features === undefined) return undefined;
      whole ??= await openWholeAlphabet(native);
      return withHalfWidth(await whole.read(reading.features));
    }
    let recogniser = recognisers.get(script);
    if (recogniser === undefined) recognisers.set(script, (recogniser = await openLineRecogniser(model, native)));
    const line = await recogniser.read(page, rect);
    if (script === 'Viet') return withAccentsOf(reading, line);
    const merged = withNumbersOf(line, reading);
    return { ...merged, text: inOrderOfReading(merged.text.normalize('NFC')) };
  }

  return {
    async reread(page, lines, signal) {
      const scripts = scriptsOfPage(lines.map(judged));
      const unread = new Set<Script>();
      const reread = [];
      for (const [i, line] of lines.entries()) {
        const script = scripts[i] ?? null;
        if (script === null) {
          reread.push(line);
          continue;
        }
        signal?.throwIfAborted();
        const reading = await read(script, page, line);
        if (reading === undefined && script !== 'Viet') unread.add(script);
        reread.push({ ...line, reading: chosen(line.reading, reading, script) });
      }
      return { lines: reread, unread };
    },
    async release() {
      for (const recogniser of recognisers.values()) await recogniser.release();
      await whole?.release();
    },
  };
}

function judged({ rect, reading }: Line) {
  const { scripts, confidence } = reading;
  return { scripts: scripts ?? new Float32Array(0), confidence, length: rect.width / Math.max(1, rect.height) };
}

function chosen(latin: LatinReading, reading: Reading | undefined, script: Script): LatinReading {
  if (script === 'Viet') return reading ?? latin;
  if (reading !== undefined && reading.confidence >= leastConfidence) return reading;
  return { ...latin, confidence: Math.min(latin.confidence, unreadConfidence) };
}
