import { isMail } from '@inkstream/contracts';

export type DocumentFormat =
  | 'jpeg'
  | 'png'
  | 'gif'
  | 'webp'
  | 'tiff'
  | 'avif'
  | 'heic'
  | 'bmp'
  | 'jp2'
  | 'jxl'
  | 'pdf'
  | 'mail';

/** Formats that begin with fixed bytes (here as Latin-1). */
const magic: readonly (readonly [DocumentFormat, string])[] = [
  ['jpeg', '\xff\xd8\xff'],
  ['png', '\x89PNG\r\n\x1a\n'],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  ['tiff', 'II+\0'],
  ['tiff', 'MM\0+'],
  // In its container, and bare.
  ['jp2', '\0\0\0\x0cjP  \r\n\x87\n'],
  ['jp2', '\xff\x4f\xff\x51'],
  ['jxl', '\0\0\0\x0cJXL \r\n\x87\n'],
  ['jxl', '\xff\x0a'],
];

/** Brands of HEIF files whose pictures are coded in HEVC (ISO/IEC 23008-12, annex B), and the general ones. */
const heicBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];
/** How long the second header of a BMP file may be. Two letters alone are too little to know it by. */
const bmpHeaderBytes = [12, 40, 52, 56, 64, 108, 124];
/** As Acrobat does, a PDF's header is looked for in its first kilobyte (ISO 32000-1, annex H, note 13). */
const pdfHeaderWithin = 1024;

/** Recognises a document by its first bytes, or undefined. Only these formats ever reach a decoder. */
export function documentFormat(bytes: Uint8Array): DocumentFormat | undefined {
  const head = Buffer.from(bytes.subarray(0, pdfHeaderWithin)).toString('latin1');
  const fixed = magic.find(([, start]) => head.startsWith(start));
  if (fixed) return fixed[0];
  if (head.startsWith('BM') && bmpHeaderBytes.includes(head.charCodeAt(14))) return 'bmp';
  if (head.startsWith('RIFF') && head.startsWith('WEBP', 8)) return 'webp';
  if (head.startsWith('ftyp', 4)) return heifFormat(bytes, head);
  // A PDF may stand in a mail as it is, in its first kilobyte too.
  if (isMail(bytes)) return 'mail';
  return head.includes('%PDF-') ? 'pdf' : undefined;
}

/** The `ftyp` box holds the major brand, a version, and brands that the file is compatible with. */
function heifFormat(bytes: Uint8Array, head: string): DocumentFormat | undefined {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const brands = head.slice(8, size).match(/.{4}/gs) ?? [];
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  return brands.some((brand) => heicBrands.includes(brand)) ? 'heic' : undefined;
}
