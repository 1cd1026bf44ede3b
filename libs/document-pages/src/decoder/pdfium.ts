import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';
import { DocumentError } from '../document-error.ts';
import type { Channels, PageImage, TextLine } from '../page-image.ts';
import { type Contents, contentsOf, copyPage } from './page-copy.ts';
import { textOn } from './pdf-text/text.ts';

const require = createRequire(import.meta.url);

// Of PDFium's fpdfview.h, fpdf_formfill.h and fpdf_doc.h.
const errors = { password: 4, security: 5 } as const;
const bitmapFormatBgr = 2;
/** Annotations too; bytes in the order of RGB. */
const renderFlags = 0x01 | 0x10;
const objectTypes = { image: 3, form: 5 } as const;
/** Forms in forms that are looked into. */
const DEEPEST_FORM = 4;
const annotationTypes = { fileAttachment: 17, widget: 20 } as const;
const appearanceNormal = 0;
/** Of fpdf_save.h. */
const removeSecurity = 3;

/** A part of a drawn page, pixels from its upper left corner. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A picture that is drawn on a page. */
export interface PdfPicture {
  /** Its own pixels. */
  readonly width: number;
  readonly height: number;
  /** Where it is on the page that is drawn in this size; it may reach beyond it. */
  regionOn(width: number, height: number): Region;
  /** Whether PDFium can decode it; it draws nothing, and says nothing, if not. */
  decodes(): boolean;
}

/**
 * PDFs by PDFium's C interface in WebAssembly. Nothing is freed but pages and bitmaps, as the process ends with its
 * document.
 */
export class Pdfium {
  readonly #lib: WrappedPdfiumModule;

  private constructor(lib: WrappedPdfiumModule) {
    this.#lib = lib;
  }

  static async load(): Promise<Pdfium> {
    const file = readFileSync(require.resolve('@embedpdf/pdfium/pdfium.wasm'));
    const wasmBinary = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
    const lib = await init({ wasmBinary });
    lib.PDFiumExt_Init();
    return new Pdfium(lib);
  }

  /** @throws DocumentError `encrypted_document` if another password opens it. Error if it is no PDF. */
  open(bytes: Uint8Array, password = ''): Pdf {
    const lib = this.#lib;
    const memory = allocate(lib, bytes.length);
    lib.pdfium.HEAPU8.set(bytes, memory);
    const document = lib.FPDF_LoadMemDocument(memory, bytes.length, password);
    if (document !== 0) return new Pdf(lib, document);
    const error = lib.FPDF_GetLastError();
    if (error === errors.password || error === errors.security)
      throw new DocumentError('encrypted_document', 'The PDF is encrypted; only its password opens it');
    throw new Error(`PDFium failed with code ${error}`);
  }
}

export class Pdf {
  readonly #lib: WrappedPdfiumModule;
  readonly #document: number;
  /** Draws the fields of forms, and makes the appearance of those that have none. */
  readonly #form: number;

  constructor(lib: WrappedPdfiumModule, document: number) {
    this.#lib = lib;
    this.#document = document;
    this.#form = lib.PDFiumExt_InitFormFillEnvironment(document, lib.PDFiumExt_OpenFormFillInfo());
    lib.FPDF_SetFormFieldHighlightAlpha(this.#form, 0);
  }

  /** The file without encryption. @throws Error if it cannot be written. */
  decrypted(): Uint8Array {
    const lib = this.#lib;
    const writer = lib.PDFiumExt_OpenFileWriter();
    if (!lib.FPDF_SaveAsCopy(this.#document, writer, removeSecurity))
      throw new Error('PDFium cannot copy it');
    const size = lib.PDFiumExt_GetFileWriterSize(writer);
    const buffer = allocate(lib, size);
    lib.PDFiumExt_GetFileWriterData(writer, buffer, size);
    return lib.pdfium.HEAPU8.slice(buffer, buffer + size);
  }

  get pageCount(): number {
    return this.#lib.FPDF_GetPageCount(this.#document);
  }

  /** The files that are attached to the document or to one of its pages, each read as it is asked for. */
  *attachments(): Generator<Uint8Array> {
    const lib = this.#lib;
    for (let index = 0; index < lib.FPDFDoc_GetAttachmentCount(this.#document); index++)
      yield* this.#fileOf(lib.FPDFDoc_GetAttachment(this.#document, index));
    for (let page = 0; page < this.pageCount; page++) yield* this.#pinnedTo(page);
  }

  /** The files of a page, which is not loaded for them: it may be damaged, or take long. */
  *#pinnedTo(page: number): Generator<Uint8Array> {
    const lib = this.#lib;
    for (let index = 0; index < lib.EPDFPage_GetAnnotCountRaw(this.#document, page); index++) {
      const annotation = lib.EPDFPage_GetAnnotRaw(this.#document, page, index);
      if (annotation === 0) continue;
      if (lib.FPDFAnnot_GetSubtype(annotation) === annotationTypes.fileAttachment) {
        const attachment = lib.FPDFAnnot_GetFileAttachment(annotation);
        if (attachment !== 0) yield* this.#fileOf(attachment);
      }
      lib.FPDFPage_CloseAnnot(annotation);
    }
  }

  *#fileOf(attachment: number): Generator<Uint8Array> {
    const lib = this.#lib;
    const get = (buffer: number, size: number) =>
      words(lib, 'i32', 1, (at) => lib.FPDFAttachment_GetFile(attachment, buffer, size, at(0)))[0] ?? 0;
    const size = get(0, 0);
    if (size <= 0) return;
    const buffer = allocate(lib, size);
    get(buffer, size);
    yield lib.pdfium.HEAPU8.slice(buffer, buffer + size);
    lib.pdfium.wasmExports.free(buffer);
  }

  /** What a page draws with, as far as it is there. */
  contents(index: number): Contents {
    const copy = copyPage(this.#lib, this.#document, index);
    return copy ? contentsOf(copy) : 'whole';
  }

  /** The number of the object that a page is. */
  objectNumber(index: number): number {
    return this.#lib.EPDFDoc_GetPageObjectNumberByIndex(this.#document, index);
  }

  /** Loads a page for as long as `work` takes. @throws Error if it cannot be loaded. */
  withPage<T>(index: number, work: (page: PdfPage) => T): T {
    const page = this.#lib.FPDF_LoadPage(this.#document, index);
    if (page === 0) throw new Error(`Page ${index + 1} cannot be loaded`);
    try {
      return work(new PdfPage(this.#lib, page, this.#form));
    } finally {
      this.#lib.FPDF_ClosePage(page);
    }
  }
}

export class PdfPage {
  readonly #lib: WrappedPdfiumModule;
  readonly #page: number;
  readonly #form: number;

  constructor(lib: WrappedPdfiumModule, page: number, form: number) {
    this.#lib = lib;
    this.#page = page;
    this.#form = form;
    for (const annotation of this.#annotations())
      if (!lib.EPDFAnnot_HasAppearanceStream(annotation, appearanceNormal))
        if (lib.FPDFAnnot_GetSubtype(annotation) !== annotationTypes.widget)
          lib.EPDFAnnot_GenerateAppearance(annotation);
    // Makes that of fields.
    lib.FORM_OnAfterLoadPage(page, form);
  }

  *#annotations(): Generator<number> {
    const lib = this.#lib;
    for (let index = 0; index < lib.FPDFPage_GetAnnotCount(this.#page); index++) {
      const annotation = lib.FPDFPage_GetAnnot(this.#page, index);
      if (annotation === 0) continue;
      yield annotation;
      lib.FPDFPage_CloseAnnot(annotation);
    }
  }

  /** Points, as the page is shown. */
  get size(): { readonly width: number; readonly height: number } {
    const { FPDF_GetPageWidthF: widthOf, FPDF_GetPageHeightF: heightOf } = this.#lib;
    return { width: widthOf(this.#page), height: heightOf(this.#page) };
  }

  /** The pictures that are drawn on the page, those in a form object where that is. */
  *pictures(): Generator<PdfPicture> {
    const lib = this.#lib;
    const count = lib.FPDFPage_CountObjects(this.#page);
    for (let index = 0; index < count; index++) {
      const object = lib.FPDFPage_GetObject(this.#page, index);
      for (const picture of this.#picturesIn(object, 0)) {
        const [width = 0, height = 0] = words(lib, 'i32', 2, (at) =>
          lib.FPDFImageObj_GetImagePixelSize(picture, at(0), at(1)),
        );
        yield {
          width,
          height,
          regionOn: (pageWidth, pageHeight) => this.#regionOf(object, pageWidth, pageHeight),
          decodes: () => this.#decodes(picture),
        };
      }
    }
  }

  *#picturesIn(object: number, depth: number): Generator<number> {
    const lib = this.#lib;
    const type = lib.FPDFPageObj_GetType(object);
    if (type === objectTypes.image) yield object;
    if (type !== objectTypes.form || depth === DEEPEST_FORM) return;
    for (let index = 0; index < lib.FPDFFormObj_CountObjects(object); index++)
      yield* this.#picturesIn(lib.FPDFFormObj_GetObject(object, index), depth + 1);
  }

  #regionOf(object: number, width: number, height: number): Region {
    const lib = this.#lib;
    const bounds = words(lib, 'float', 4, (at) =>
      lib.FPDFPageObj_GetBounds(object, at(0), at(1), at(2), at(3)),
    );
    const [left = 0, bottom = 0, right = 0, top = 0] = bounds;
    const shown = (x: number, y: number) =>
      words(lib, 'i32', 2, (at) =>
        lib.FPDF_PageToDevice(this.#page, 0, 0, width, height, 0, x, y, at(0), at(1)),
      );
    const [[x1 = 0, y1 = 0], [x2 = 0, y2 = 0]] = [shown(left, bottom), shown(right, top)];
    return {
      ...{ left: Math.min(x1, x2), top: Math.min(y1, y2) },
      ...{ right: Math.max(x1, x2), bottom: Math.max(y1, y2) },
    };
  }

  #decodes(object: number): boolean {
    const bitmap = this.#lib.FPDFImageObj_GetBitmap(object);
    if (bitmap === 0) return false;
    this.#lib.FPDFBitmap_Destroy(bitmap);
    return true;
  }

  /** The lines of its own text that are seen in its picture. */
  text(image: PageImage<Channels>): TextLine[] {
    return textOn(this.#lib, this.#page, image);
  }

  /** The page on white, with its annotations and the fields of its forms; row by row, without padding. */
  render(width: number, height: number, channels: Channels): Uint8Array {
    const lib = this.#lib;
    const stride = 3 * width;
    const pixels = allocate(lib, stride * height);
    // PDFium draws nothing on a bitmap of grey.
    const bitmap = lib.FPDFBitmap_CreateEx(width, height, bitmapFormatBgr, pixels, stride);
    if (bitmap === 0) throw new Error('PDFium is out of memory');
    lib.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
    lib.FPDF_RenderPageBitmap(bitmap, this.#page, 0, 0, width, height, 0, renderFlags);
    lib.FPDF_FFLDraw(this.#form, bitmap, this.#page, 0, 0, width, height, 0, renderFlags);
    lib.FPDFBitmap_Destroy(bitmap);
    const rgb = lib.pdfium.HEAPU8.subarray(pixels, pixels + stride * height);
    const data = channels === 3 ? rgb.slice() : greyOf(rgb);
    lib.pdfium.wasmExports.free(pixels);
    return data;
  }
}

/** Luma as in ITU-R BT.601, of RGB. */
function greyOf(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let at = 0, from = 0; at < grey.length; at++, from += 3)
    grey[at] = (77 * (rgb[from] ?? 0) + 150 * (rgb[from + 1] ?? 0) + 29 * (rgb[from + 2] ?? 0)) >> 8;
  return grey;
}

/** The words that a call writes; zeros if it writes none. */
function words(
  lib: WrappedPdfiumModule,
  type: 'i32' | 'float',
  count: number,
  call: (at: (index: number) => number) => unknown,
): number[] {
  const memory = allocate(lib, 4 * count);
  lib.pdfium.HEAPU8.fill(0, memory, memory + 4 * count);
  call((index) => memory + 4 * index);
  const written = Array.from({ length: count }, (_, index) => lib.pdfium.getValue(memory + 4 * index, type));
  lib.pdfium.wasmExports.free(memory);
  return written;
}

function allocate(lib: WrappedPdfiumModule, bytes: number): number {
  const memory = lib.pdfium.wasmExports.malloc(bytes);
  if (memory === 0) throw new Error('PDFium is out of memory');
  return memory;
}
