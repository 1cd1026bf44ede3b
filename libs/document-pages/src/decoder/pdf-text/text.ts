import type { WrappedPdfiumModule } from '@embedpdf/pdfium';
import type { Channels, PageImage, TextLine } from '../../page-image.ts';
import { glyphsOf } from './glyphs.ts';
import { linesOf } from './lines.ts';
import { coveredTexts, lookFor } from './seen.ts';

/** A line of so many letters is none. */
const MOST_LETTERS = 1000;

/** The lines of a page's own text that are upright and seen in its picture, or would be if there were its fonts. */
export function textOn(lib: WrappedPdfiumModule, page: number, image: PageImage<Channels>): TextLine[] {
  const glyphs = glyphsOf(lib, page, image.width, image.height);
  if (glyphs.length === 0) return [];
  const covered = coveredTexts(lib, page);
  if (!covered) return [];
  const seen = glyphs.flatMap((glyph) => {
    const found = lookFor(glyph, image);
    if (found === 'unseen') return [];
    return { ...glyph, undrawn: found === 'undrawn', covered: covered.has(glyph.object) };
  });
  return linesOf(seen).filter(({ text }) => text.length <= MOST_LETTERS);
}
