import type { ResultWarning } from '@inkstream/contracts';
import type { Reading } from '../ctc.ts';
import type { GreyImage } from '../grey-image.ts';
import type { RotatedRect } from '../min-area-rect.ts';
import type { LatinReading } from '../recogniser.ts';
import type { NativeCall } from '../session.ts';
import { withHalfWidth } from './half-width.ts';
import { lineModelOf, type Script, scriptName } from './line-models.ts';
import { type LineRecogniser, openLineRecogniser } from './line-recogniser.ts';
import { withNumbersOf } from './numbers.ts';
import { type JudgedLine, scriptsOfPage } from './page-scripts.ts';
import { inOrderOfReading } from './reading-direction.ts';
import { openWholeAlphabet, type WholeAlphabet } from './whole-alphabet.ts';

/** A line, its box with the width along its text. */
export type Line = { readonly rect: RotatedRect; readonly reading: LatinReading };
export type ScriptReader = {
  /**
   * Reads anew what of a page's lines is not in Latin script. A page in Latin script costs nothing.
   *
   * @returns the lines, in their order, and a warning for each script of which nothing could be read.
   */
  reread(
    page: GreyImage,
    lines: readonly Line[],
    signal: AbortSignal | undefined,
  ): Promise<{ lines: Line[]; warnings: ResultWarning[] }>;
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
  async function read(
    script: Script,
    page: GreyImage,
    { rect, reading }: Line,
  ): Promise<Reading | undefined> {
    const model = lineModelOf(script);
    if (model === undefined || wanted?.has(script) === false) return undefined;
    if (model === 'whole') {
      if (reading.features === undefined) return undefined;
      whole ??= await openWholeAlphabet(native);
      return withHalfWidth(await whole.read(reading.features));
    }
    const recogniser = recognisers.get(script) ?? (await openLineRecogniser(model, native));
    recognisers.set(script, recogniser);
    const line = await recogniser.read(page, rect);
    const merged = withNumbersOf(line, reading);
    return { ...merged, text: inOrderOfReading(merged.text.normalize('NFC')) };
  }

  return {
    async reread(page, lines, signal) {
      const scripts = scriptsOfPage(lines.map(judged));
      const reread: Line[] = [];
      const tally = new Map<Script, { lines: number; read: number }>();
      for (const [i, line] of lines.entries()) {
        const script = scripts[i];
        if (!script) {
          reread.push(line);
          continue;
        }
        signal?.throwIfAborted();
        const reading = await read(script, page, line);
        const isRead = script === 'Viet' || (reading?.confidence ?? 0) >= leastConfidence;
        const count = tally.get(script) ?? { lines: 0, read: 0 };
        tally.set(script, { lines: count.lines + 1, read: count.read + Number(isRead) });
        reread.push({ ...line, reading: isRead ? (reading ?? line.reading) : unread(line.reading) });
      }
      return { lines: reread, warnings: warningsOf(tally) };
    },
    async release() {
      for (const recogniser of recognisers.values()) await recogniser.release();
      await whole?.release();
    },
  };
}

function judged({ rect, reading }: Line): JudgedLine {
  const { scripts, confidence } = reading;
  return { scripts, confidence, length: rect.width / Math.max(1, rect.height) };
}

const unread = (reading: LatinReading): LatinReading => ({
  ...reading,
  confidence: Math.min(reading.confidence, unreadConfidence),
});

/** Of scripts that several lines are in, most of which were not read: one line may be dirt. */
function warningsOf(tally: ReadonlyMap<Script, { lines: number; read: number }>): ResultWarning[] {
  const hardlyRead = [...tally].filter(([, { lines, read }]) => lines > 1 && read < lines / 2);
  return hardlyRead.map(([script, { lines, read }]) => ({
    code: 'script_not_supported',
    message: `${lines - read} lines look like ${scriptName(script)} and were not read`,
  }));
}
