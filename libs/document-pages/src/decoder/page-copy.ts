import { inflateRawSync } from 'node:zlib';
import type { WrappedPdfiumModule } from '@embedpdf/pdfium';

/** A PDF of one page of another, as PDFium writes it: with all that the page refers to, and plain objects. */
export function copyPage(lib: WrappedPdfiumModule, document: number, index: number): Buffer | null {
  const { malloc, free } = lib.pdfium.wasmExports;
  const fresh = lib.FPDF_CreateNewDocument();
  const writer = lib.PDFiumExt_OpenFileWriter();
  const place = malloc(4);
  try {
    lib.pdfium.setValue(place, index, 'i32');
    if (!lib.FPDF_ImportPagesByIndex(fresh, document, place, 1, 0)) return null;
    lib.PDFiumExt_SaveAsCopy(fresh, writer);
    const size = lib.PDFiumExt_GetFileWriterSize(writer);
    const buffer = malloc(size);
    lib.PDFiumExt_GetFileWriterData(writer, buffer, size);
    const bytes = Buffer.from(lib.pdfium.HEAPU8.subarray(buffer, buffer + size));
    free(buffer);
    return bytes;
  } finally {
    free(place);
    lib.PDFiumExt_CloseFileWriter(writer);
    lib.FPDF_CloseDocument(fresh);
  }
}

/** What a page draws with. `none`: it has no operators. `damaged`: some of them, or what they draw, are lost. */
export type Contents = 'whole' | 'damaged' | 'none';

/** Longer contents are not looked through, bytes. */
const MOST_INFLATED = 8 * 2 ** 20;

/** Whether the operators of a copied page, and of the forms that it draws, can be decoded to their end, and draw what is there. */
export function contentsOf(copy: Buffer): Contents {
  const objects = objectsOf(copy);
  const page = [...objects.values()].find(({ dictionary }) => /\/Type\s*\/Page\b(?!s)/.test(dictionary));
  const parts = referencesIn(entryOf(page?.dictionary ?? '', '/Contents')).flatMap(
    (number) => objects.get(number) ?? [],
  );
  const forms = [...objects.values()].filter(({ dictionary }) => /\/Subtype\s*\/Form\b/.test(dictionary));
  // Of a picture that is deflated PDFium draws what there is, or black; it says which others cannot be decoded.
  const pictures = [...objects.values()].filter(({ dictionary }) => /\/Subtype\s*\/Image\b/.test(dictionary));
  const decoded = [...parts, ...forms].map(decode);
  if (decoded.includes('damaged') || pictures.some((picture) => decode(picture) === 'damaged'))
    return 'damaged';
  if (parts.every(({ data }) => data.length === 0)) return 'none';
  const names = [...objects.values()].map(({ dictionary }) => dictionary).join('\n');
  const drawn = decoded.join('\n').matchAll(/\/([\w.+-]+)\s+Do\b/g);
  for (const [, name = ''] of drawn)
    if (!names.includes(`/${name} `) && !names.includes(`/${name}<`)) return 'damaged';
  return 'whole';
}

interface PdfObject {
  readonly dictionary: string;
  readonly data: Buffer;
}

/** The objects of a file whose table of references is right, by their numbers. */
function objectsOf(file: Buffer): ReadonlyMap<number, PdfObject> {
  const objects = new Map<number, PdfObject>();
  for (const [, offset] of file
    .toString('latin1', file.lastIndexOf('\nxref'))
    .matchAll(/(\d{10}) \d{5} n/g)) {
    const start = Number(offset);
    const [stream, end] = [file.indexOf('stream', start), file.indexOf('endobj', start)];
    const isStream = stream >= 0 && (end < 0 || stream < end);
    const text = file.toString('latin1', start, isStream ? stream : end);
    const [, number, dictionary = ''] = /^(\d+) 0 obj\s*(.*)$/s.exec(text) ?? [];
    if (number === undefined) continue;
    const length = Number(/\/Length (\d+)/.exec(dictionary)?.[1] ?? 0);
    const from = isStream ? file.indexOf('\n', stream) + 1 : start;
    objects.set(Number(number), {
      dictionary,
      data: isStream ? file.subarray(from, from + length) : Buffer.alloc(0),
    });
  }
  return objects;
}

/** The value of a key: all of an array, else its first word; empty if there is none. */
function entryOf(dictionary: string, key: string): string {
  const at = dictionary.indexOf(key);
  if (at < 0) return '';
  const value = dictionary.slice(at + key.length).trimStart();
  if (value.startsWith('[')) return value.slice(0, value.indexOf(']') + 1);
  return /^\/?[\w ]{1,40}/.exec(value)?.[0] ?? '';
}

/** The numbers of the objects that a value refers to. */
const referencesIn = (value: string): number[] =>
  (value.match(/\b\d{1,10} 0 R\b/g) ?? []).map((reference) => Number.parseInt(reference, 10));

/** The operators as text; empty if they are stored in a way that is not looked into. */
function decode({ dictionary, data }: PdfObject): string {
  const filters = entryOf(dictionary, '/Filter').match(/\/\w{1,40}/g) ?? [];
  if (filters.length === 0) return data.toString('latin1');
  if (filters.join() !== '/FlateDecode' || data.length === 0) return '';
  try {
    // Without the header of two bytes and the checksum, which often lacks.
    return inflateRawSync(data.subarray(2), { maxOutputLength: MOST_INFLATED }).toString('latin1');
  } catch (error) {
    const isLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isLong ? '' : 'damaged';
  }
}
