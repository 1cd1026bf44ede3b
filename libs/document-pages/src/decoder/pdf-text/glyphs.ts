import type { WrappedPdfiumModule } from '@embedpdf/pdfium';

/** Left, top, right and bottom, pixels of the drawn page. */
export type Rect = readonly [left: number, top: number, right: number, bottom: number];

/** A letter on a page, as a PDF says it. */
export interface Glyph {
  readonly text: string;
  /** Its place in the file's text. */
  readonly index: number;
  /** What is inked. */
  readonly ink: Rect;
  /** Along the text as wide as it moves on; across it as high as its font. */
  readonly cell: Rect;
  /** Its font's size, pixels. */
  readonly em: number;
  /** Whether its text is surely meant: PDFium guesses if the font does not say what its glyphs are. */
  readonly known: boolean;
  /** A space of the text's own is before it. */
  readonly afterSpace: boolean;
  readonly font: string;
  /** The font has no shape for it, and the file no font. */
  readonly shapeless: boolean;
  /** Grey of its colour, 0 to 255. */
  readonly level: number;
  /** The page object that draws it. */
  readonly object: number;
}

/** Of PDFium's fpdf_edit.h: drawn by no means, or only clipped to. */
const UNSEEN_MODES: readonly number[] = [3, 7];
/** A page with more is no receipt. */
const MOST_GLYPHS = 20_000;
/** Turned by less is upright, in parts of its length: one degree and a half. */
const UPRIGHT = 0.026;
/** Smaller is not legible. */
const LEAST_EM = 6;
const NAME_BYTES = 128;

/** Formats, such as the soft hyphen, show nothing. */
const NOTHING = /^[\s\p{Cf}]$/u;
/** Controls, private use, half pairs and what is no character. */
const NO_LETTER = /[\p{C}\ufffd]/u;

/** From points of the page to pixels of its picture. */
type Transform = (x: number, y: number) => readonly [number, number];

/** The upright letters on a page that is drawn in this size, in the file's order. Letters that are drawn in no way are left out. */
export function glyphsOf(lib: WrappedPdfiumModule, page: number, width: number, height: number): Glyph[] {
  const text = lib.FPDFText_LoadPage(page);
  if (text === 0) return [];
  const memory = lib.pdfium.wasmExports.malloc(NAME_BYTES);
  try {
    const count = lib.FPDFText_CountChars(text);
    if (count > MOST_GLYPHS) return [];
    const read = new GlyphReader(lib, text, memory, transformOf(lib, page, memory, width, height));
    const glyphs: Glyph[] = [];
    for (let index = 0; index < count; index++) {
      const glyph = read.at(index);
      if (glyph && isOn(glyph.ink, width, height)) glyphs.push(glyph);
    }
    return glyphs;
  } finally {
    lib.pdfium.wasmExports.free(memory);
    lib.FPDFText_ClosePage(text);
  }
}

const isOn = ([left, top, right, bottom]: Rect, width: number, height: number): boolean =>
  left + right > 0 && left + right < 2 * width && top + bottom > 0 && top + bottom < 2 * height;

/** PDFium rounds to pixels, so it is asked for those of a page so many times as large. */
const FINE = 16;
const SPAN = 1000;

function transformOf(
  lib: WrappedPdfiumModule,
  page: number,
  memory: number,
  width: number,
  height: number,
): Transform {
  const shown = (x: number, y: number) => {
    lib.FPDF_PageToDevice(page, 0, 0, width * FINE, height * FINE, 0, x, y, memory, memory + 4);
    return [
      lib.pdfium.getValue(memory, 'i32') / FINE,
      lib.pdfium.getValue(memory + 4, 'i32') / FINE,
    ] as const;
  };
  const [[x0, y0], [xx, xy], [yx, yy]] = [shown(0, 0), shown(SPAN, 0), shown(0, SPAN)];
  return (x, y) => [x0 + ((xx - x0) * x + (yx - x0) * y) / SPAN, y0 + ((xy - y0) * x + (yy - y0) * y) / SPAN];
}

interface Font {
  readonly name: string;
  readonly embedded: boolean;
  readonly shapeless: Map<number, boolean>;
}

class GlyphReader {
  readonly #lib: WrappedPdfiumModule;
  readonly #text: number;
  readonly #memory: number;
  readonly #shown: Transform;
  readonly #fonts = new Map<number, Font>();
  #spaced = false;

  constructor(lib: WrappedPdfiumModule, text: number, memory: number, shown: Transform) {
    this.#lib = lib;
    this.#text = text;
    this.#memory = memory;
    this.#shown = shown;
  }

  /** The letter at a place of the text; null if it is a space, turned, or not drawn. */
  at(index: number): Glyph | null {
    const lib = this.#lib;
    const [text, memory] = [this.#text, this.#memory];
    if (lib.FPDFText_IsGenerated(text, index)) return null;
    const code = lib.FPDFText_IsHyphen(text, index) === 1 ? 0x2d : lib.FPDFText_GetUnicode(text, index);
    const said = code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    if (NOTHING.test(said)) {
      this.#spaced = true;
      return null;
    }
    const object = lib.FPDFText_GetTextObject(text, index);
    if (object === 0 || UNSEEN_MODES.includes(lib.FPDFTextObj_GetTextRenderMode(object))) return null;
    const em = this.#uprightEm(index);
    if (em < LEAST_EM) return null;
    lib.FPDFText_GetCharBox(text, index, memory, memory + 8, memory + 16, memory + 24);
    const [left, right, bottom, top] = this.#numbers('double', 8);
    const ink = this.#rect(left, bottom, right, top);
    lib.FPDFText_GetLooseCharBox(text, index, memory);
    const [looseLeft, looseTop, looseRight, looseBottom] = this.#numbers('float', 4);
    const cell = this.#rect(looseLeft, looseBottom, looseRight, looseTop);
    lib.FPDFText_GetFillColor(text, index, memory, memory + 4, memory + 8, memory + 12);
    const [red, green, blue] = this.#numbers('i32', 4);
    const font = this.#font(object);
    const afterSpace = this.#spaced;
    this.#spaced = false;
    return {
      text: said.normalize('NFKC'),
      ...{ index, ink, cell, em, afterSpace, object },
      known: !NO_LETTER.test(said) && lib.FPDFText_HasUnicodeMapError(text, index) !== 1,
      font: font.name,
      shapeless: !font.embedded && this.#isShapeless(font, object, code),
      level: (77 * red + 150 * green + 29 * blue) >> 8,
    };
  }

  /** Its font's size on the page, pixels; 0 if it is not upright. */
  #uprightEm(index: number): number {
    const lib = this.#lib;
    lib.FPDFText_GetMatrix(this.#text, index, this.#memory);
    const [a, b, c, d] = this.#numbers('float', 4);
    const [x0, y0] = this.#shown(0, 0);
    const along = this.#shown(a, b);
    const up = this.#shown(c, d);
    const [dx, dy] = [along[0] - x0, along[1] - y0];
    const rise = y0 - up[1];
    if (!(dx > 0 && rise > 0 && Math.abs(dy) <= UPRIGHT * dx)) return 0;
    return rise * lib.FPDFText_GetFontSize(this.#text, index);
  }

  #numbers(type: 'i32' | 'float' | 'double', bytes: 4 | 8): [number, number, number, number] {
    const at = (place: number) => this.#lib.pdfium.getValue(this.#memory + bytes * place, type);
    return [at(0), at(1), at(2), at(3)];
  }

  #rect(x1: number, y1: number, x2: number, y2: number): Rect {
    const [[left, top], [right, bottom]] = [this.#shown(x1, y1), this.#shown(x2, y2)];
    return [Math.min(left, right), Math.min(top, bottom), Math.max(left, right), Math.max(top, bottom)];
  }

  #font(object: number): Font {
    const lib = this.#lib;
    const handle = lib.FPDFTextObj_GetFont(object);
    const known = this.#fonts.get(handle);
    if (known) return known;
    const length = lib.FPDFFont_GetBaseFontName(handle, this.#memory, NAME_BYTES);
    const name = length > 0 && length <= NAME_BYTES ? lib.pdfium.UTF8ToString(this.#memory) : '';
    const font: Font = {
      name: name.replace(/[^\x20-\x7e]/g, ''),
      // Of Type 3, too, as its glyphs are.
      embedded: lib.FPDFFont_GetIsEmbedded(handle) !== 0,
      shapeless: new Map(),
    };
    this.#fonts.set(handle, font);
    return font;
  }

  #isShapeless({ shapeless }: Font, object: number, code: number): boolean {
    const lib = this.#lib;
    const known = shapeless.get(code);
    if (known !== undefined) return known;
    const path = lib.FPDFFont_GetGlyphPath(lib.FPDFTextObj_GetFont(object), code, 12);
    const found = path === 0 || lib.FPDFGlyphPath_CountGlyphSegments(path) <= 0;
    shapeless.set(code, found);
    return found;
  }
}
