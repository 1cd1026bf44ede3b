import type { WrappedPdfiumModule } from '@embedpdf/pdfium';
import type { Channels, PageImage } from '../../page-image.ts';
import type { Glyph, Rect } from './glyphs.ts';

/** Levels by which ink stands out from its ground. */
const CONTRAST = 16;
/** Nobody looks through more objects. */
const MOST_OBJECTS = 50_000;
// Of PDFium's fpdf_edit.h.
const types = { text: 1, path: 2, image: 3, shading: 4, form: 5 } as const;
const DEEPEST_FORM = 4;
const OPAQUE = 255;

type Seen = 'drawn' | 'undrawn' | 'unseen';

/** Whether a letter is in the picture; `undrawn` if it would be, had its font a shape for it. */
export function lookFor(glyph: Glyph, image: PageImage<Channels>): Seen {
  const { data, width, height, channels } = image;
  const [left, top, right, bottom] = glyph.shapeless ? glyph.cell : glyph.ink;
  const [from, to] = [Math.max(0, Math.floor(left) - 1), Math.min(width, Math.ceil(right) + 1)];
  const [first, last] = [Math.max(0, Math.floor(top) - 1), Math.min(height, Math.ceil(bottom) + 1)];
  let [darkest, lightest] = [255, 0];
  for (let y = first; y < last; y++)
    for (let at = (y * width + from) * channels; at < (y * width + to) * channels; at++) {
      const level = data[at] ?? 0;
      if (level < darkest) darkest = level;
      if (level > lightest) lightest = level;
    }
  if (glyph.shapeless) return Math.abs(glyph.level - lightest) >= CONTRAST ? 'undrawn' : 'unseen';
  return lightest - darkest >= CONTRAST ? 'drawn' : 'unseen';
}

interface PageObject {
  readonly handle: number;
  readonly type: number;
  /** Null of what hides nothing; in the space of what it is drawn in. */
  readonly cover: Rect | null;
}

/** The page objects that draw text over which a picture, an area or a shading is laid afterwards, wholly or in part. */
export function coveredTexts(lib: WrappedPdfiumModule, page: number): ReadonlySet<number> | null {
  const covered = new Set<number>();
  let left = MOST_OBJECTS;
  const listed = (count: number, at: (index: number) => number): PageObject[] => {
    left -= count;
    if (left < 0) return [];
    return Array.from({ length: count }, (_, index) => {
      const handle = at(index);
      const type = lib.FPDFPageObj_GetType(handle);
      return { handle, type, cover: hides(lib, handle, type) ? boundsOf(lib, handle) : null };
    });
  };
  /** Of what is drawn in a form, by its siblings, and whole if anything lies over the form. */
  const look = (objects: readonly PageObject[], depth: number, all: boolean) => {
    const above: Rect[] = [];
    for (const { handle, type, cover } of [...objects].reverse()) {
      if (type === types.text || type === types.form) {
        const bounds = boundsOf(lib, handle);
        const isUnder = all || above.some((rect) => overlap(rect, bounds));
        if (type === types.text && isUnder) covered.add(handle);
        if (type === types.form && depth < DEEPEST_FORM) {
          const count = lib.FPDFFormObj_CountObjects(handle);
          look(
            listed(count, (index) => lib.FPDFFormObj_GetObject(handle, index)),
            depth + 1,
            isUnder,
          );
        }
      }
      if (cover) above.push(cover);
    }
  };
  const count = lib.FPDFPage_CountObjects(page);
  look(
    listed(count, (index) => lib.FPDFPage_GetObject(page, index)),
    0,
    false,
  );
  return left < 0 ? null : covered;
}

function hides(lib: WrappedPdfiumModule, handle: number, type: number): boolean {
  if (type === types.image || type === types.shading) return true;
  if (type !== types.path) return false;
  const memory = lib.pdfium.wasmExports.malloc(16);
  const fields = (at: number) => lib.pdfium.getValue(memory + 4 * at, 'i32');
  const isFilled = lib.FPDFPath_GetDrawMode(handle, memory, memory + 4) && fields(0) !== 0;
  const isOpaque =
    isFilled &&
    lib.FPDFPageObj_GetFillColor(handle, memory, memory + 4, memory + 8, memory + 12) &&
    fields(3) === OPAQUE;
  lib.pdfium.wasmExports.free(memory);
  return isOpaque;
}

/** Left, bottom, right and top in the space that it is drawn in. */
function boundsOf(lib: WrappedPdfiumModule, handle: number): Rect {
  const memory = lib.pdfium.wasmExports.malloc(16);
  lib.FPDFPageObj_GetBounds(handle, memory, memory + 4, memory + 8, memory + 12);
  const at = (place: number) => lib.pdfium.getValue(memory + 4 * place, 'float');
  const bounds: Rect = [at(0), at(1), at(2), at(3)];
  lib.pdfium.wasmExports.free(memory);
  return bounds;
}

const overlap = (a: Rect, b: Rect): boolean =>
  Math.min(a[2], b[2]) > Math.max(a[0], b[0]) &&
  Math.min(a[3], b[3]) - Math.max(a[1], b[1]) > LEAST_OVERLAP * (b[3] - b[1]);

/** An underline covers no text, as of its height. */
const LEAST_OVERLAP = 0.25;
