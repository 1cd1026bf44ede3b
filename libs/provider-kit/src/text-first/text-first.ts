import type { OcrLine, RecognisedPage } from '@inkstream/contracts';
import type { PageImage, TextLine } from '@inkstream/document-pages';
import { besides, hasInkLeft } from './besides.ts';
import { inReadingOrder, turnedBack } from './order.ts';
import { agrees, lengthOf } from './sample.ts';

/** What an engine reads of a picture. */
export type ReadPicture = (page: PageImage) => Promise<RecognisedPage>;

/** The lines that a file has itself: what they say is known. */
export const linesOf = (text: readonly TextLine[]): OcrLine[] =>
  inReadingOrder(text.map(({ text, box }) => ({ text, confidence: 1, box: [...box] })));

/**
 * Has the pages of one document read by their own text, which costs next to nothing, and by the engine where there is
 * none. The text of a font is believed once the engine reads the same in a line of it; a page on which it reads
 * something else is read by the engine alone. What is on a page besides its text, such as a stamp, is read by the engine.
 */
export function textFirst(read: ReadPicture): ReadPicture {
  const believed = new Set<string>();
  return async (page) => {
    const { text = [], width, height } = page;
    const [drawn, undrawn] = [text.filter((line) => !line.undrawn), text.filter((line) => line.undrawn)];
    const known = (await agrees(page, drawn, believed, read)) ? text : undrawn;
    if (known.length === 0) return read(page);
    const upright = { width, height, rotation: 0 } as const;
    const rest = besides(page, known);
    if (!hasInkLeft(rest, known)) return { ...upright, lines: linesOf(known) };
    const seen = await read(rest);
    // The page lies on its side, but for a line or two that were added to it.
    if (seen.rotation !== 0 && lengthOf(seen.lines) > lengthOf(known)) return read(page);
    return { ...upright, lines: inReadingOrder([...linesOf(known), ...turnedBack(seen)]) };
  };
}
