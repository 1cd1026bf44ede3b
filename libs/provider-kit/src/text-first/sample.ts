import type { OcrLine } from '@inkstream/contracts';
import type { PageImage, TextLine } from '@inkstream/document-pages';
import { editDistance } from '@inkstream/service-kit';
import sharp from 'sharp';
import type { ReadPicture } from './text-first.ts';

/** Fonts of a page that are looked at; those of the most letters. */
const MOST_FONTS = 4;
/** Longer lines take longer to read, and say no more. */
const LONG_ENOUGH = 24;
/** Fewer letters and digits are no proof. */
const LEAST_LETTERS = 4;
/** Lines that are looked at for a font's digits. */
const MOST_WITH_DIGITS = 4;
/** The height of a line in a sample, and what is between two, pixels: enough for engines. */
const [HEIGHT, BETWEEN] = [36, 28];
/** An engine that is less sure, or reads letters that it does not know, is no proof of the contrary. */
const LEAST_CONFIDENCE = 0.8;
const LEAST_LIKENESS = 0.7;
/** Of fewer letters, or digits, one that is misread says nothing. */
const LEAST_COMPARED = 3;

/** Whether the engine reads the page's own text in some of its lines; fonts in which it does are believed from then on. */
export async function agrees(
  page: PageImage,
  text: readonly TextLine[],
  believed: Set<string>,
  read: ReadPicture,
): Promise<boolean> {
  const lines = samplesOf(text.filter(({ font }) => !believed.has(font)));
  if (lines.length === 0) return true;
  const sample = await sampleOf(page, lines);
  const seen = await read(sample);
  const agreed = new Set<string>();
  for (const [at, line] of lines.entries()) {
    const verdict = compare(line, seen.rotation === 0 ? rowOf(seen.lines, at) : []);
    if (verdict === 'differs') return false;
    if (verdict === 'same') agreed.add(line.font);
  }
  for (const font of agreed) believed.add(font);
  return true;
}

const latinOf = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    // Letters that fonts hardly tell apart.
    .replace(/o/g, '0')
    .replace(/[il]/g, '1');

/** Of each font the line of most letters, and lines in which each digit is that the font shows. */
function samplesOf(text: readonly TextLine[]): TextLine[] {
  const fonts = new Map<string, TextLine[]>();
  for (const line of text) {
    if (latinOf(line.text).length < LEAST_LETTERS) continue;
    fonts.set(line.font, [...(fonts.get(line.font) ?? []), line]);
  }
  const most = [...fonts.values()].sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, MOST_FONTS);
  return most.flatMap((lines) => {
    const byLetters = bestOf(lines, letterCount);
    return [byLetters, ...withEachDigit(lines, byLetters)];
  });
}

const letterCount = (text: string): number => text.match(/[^0-9]/g)?.length ?? 0;

/** Lines that show the digits that `first` does not; the fewest, more or less. */
function withEachDigit(lines: readonly TextLine[], first: TextLine): TextLine[] {
  const all = lines.map(({ text }) => text).join('');
  let left = [...'0123456789'].filter((digit) => all.includes(digit) && !first.text.includes(digit));
  const chosen: TextLine[] = [];
  while (left.length > 0 && chosen.length < MOST_WITH_DIGITS) {
    const next = bestOf(lines, (text) => left.filter((digit) => text.includes(digit)).length);
    const after = left.filter((digit) => !next.text.includes(digit));
    // The others are in long lines alone.
    if (after.length === left.length) break;
    chosen.push(next);
    left = after;
  }
  return chosen;
}

/** Characters of lines. */
export const lengthOf = (lines: readonly Pick<OcrLine, 'text'>[]): number =>
  lines.reduce((sum, { text }) => sum + text.length, 0);

/** The line that is worth most among those that are not too long. */
function bestOf(lines: readonly TextLine[], worthOf: (letters: string) => number): TextLine {
  const worth = ({ text }: TextLine) => (text.length <= LONG_ENOUGH ? worthOf(latinOf(text)) : -text.length);
  return lines.reduce((best, line) => (worth(line) > worth(best) ? line : best));
}

/** The lines one below the other on white, each cut out of the page. */
async function sampleOf(page: PageImage, lines: readonly TextLine[]): Promise<PageImage> {
  const { data, width, height, channels } = page;
  const cut = await Promise.all(
    lines.map(({ box: [left, top, right, bottom] }) =>
      sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
        .extract({ left, top, width: right - left, height: bottom - top })
        .resize({
          height: HEIGHT,
          width: Math.max(1, Math.round(((right - left) * HEIGHT) / (bottom - top))),
          fit: 'fill',
        })
        .toColourspace('b-w')
        .raw()
        .toBuffer({ resolveWithObject: true }),
    ),
  );
  const wide = 2 * BETWEEN + Math.max(...cut.map(({ info }) => info.width));
  const high = BETWEEN + lines.length * (HEIGHT + BETWEEN);
  const sample = new Uint8Array(wide * high).fill(255);
  for (const [at, { data: pixels, info }] of cut.entries())
    for (let y = 0; y < HEIGHT; y++)
      sample.set(pixels.subarray(y * info.width, (y + 1) * info.width), (topOf(at) + y) * wide + BETWEEN);
  return { data: sample, width: wide, height: high, channels: 1 };
}

const topOf = (at: number): number => BETWEEN + at * (HEIGHT + BETWEEN);

/** What the engine read of a line of the sample, left to right. */
const rowOf = (lines: readonly OcrLine[], at: number): OcrLine[] =>
  lines
    .filter(({ box }) => {
      const middle = box ? (box[1] + box[3]) / 2 : -1;
      return Math.abs(middle - topOf(at) - HEIGHT / 2) < (HEIGHT + BETWEEN) / 2;
    })
    .sort((a, b) => (a.box?.[0] ?? 0) - (b.box?.[0] ?? 0));

function compare({ text }: TextLine, seen: readonly OcrLine[]): 'same' | 'differs' | 'unsure' {
  const [said, read] = [latinOf(text), latinOf(seen.map((line) => line.text).join(''))];
  // A font may say other digits alone, or one other digit.
  const [letters, digits] = [/[^0-9]/g, /[0-9]/g].map((kind) =>
    likeness(said.match(kind)?.join('') ?? '', read.match(kind)?.join('') ?? ''),
  ) as [number, number];
  if (
    letters >= LEAST_LIKENESS &&
    (digits === 1 || (said.length !== read.length && digits >= LEAST_LIKENESS))
  )
    return 'same';
  const isSure = seen.length > 0 && seen.every(({ confidence = 0 }) => confidence >= LEAST_CONFIDENCE);
  return isSure && read.length >= LEAST_LETTERS ? 'differs' : 'unsure';
}

/** The share of letters that two texts have in common: at the same place, if they are equally long. */
function likeness(a: string, b: string): number {
  const most = Math.max(a.length, b.length);
  if (most < LEAST_COMPARED) return 1;
  if (a.length !== b.length) return 1 - editDistance(a, b) / most;
  return [...a].filter((letter, at) => letter === b[at]).length / most;
}
