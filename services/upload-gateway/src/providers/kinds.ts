import type { DOCUMENT_TYPES } from '@inkstream/contracts';

type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** What people call the types of documents, in the order in which they are named. */
const DOCUMENT_NAMES: Readonly<Record<DocumentType, string>> = {
  'application/pdf': 'PDF',
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/heic': 'HEIC',
  'image/webp': 'WebP',
  'image/tiff': 'TIFF',
  'image/gif': 'GIF',
  'image/avif': 'AVIF',
  'image/bmp': 'BMP',
  'image/jp2': 'JPEG 2000',
  'image/jxl': 'JPEG XL',
  'message/rfc822': 'E-mail (.eml)',
};

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument';

/** What people call other files. A kind ends where the type goes on; the first that fits counts. */
const KINDS: readonly (readonly [start: string, kind: string])[] = [
  [`${OFFICE}.wordprocessingml`, 'a Word document'],
  [`${OFFICE}.spreadsheetml`, 'an Excel workbook'],
  [`${OFFICE}.presentationml`, 'a PowerPoint presentation'],
  [`${OPEN_DOCUMENT}.text`, 'an OpenDocument text'],
  [`${OPEN_DOCUMENT}.`, 'an OpenDocument file'],
  ['application/x-cfb', 'an older Office document or an Outlook message'],
  ['application/rtf', 'an RTF text'],
  ['application/epub+zip', 'an e-book'],
  ['application/zip', 'a ZIP archive'],
  ['application/x-7z-compressed', 'a 7-Zip archive'],
  ['application/x-rar-compressed', 'a RAR archive'],
  ['application/gzip', 'a gzip archive'],
  ['application/x-tar', 'a tar archive'],
  ['application/x-msdownload', 'a program'],
  ['application/x-elf', 'a program'],
  ['application/postscript', 'a PostScript file'],
  ['application/xml', 'an XML file'],
  ['image/svg+xml', 'an SVG drawing'],
  ['image/x-', 'a picture as a camera takes it (raw)'],
  ['image/vnd.adobe.photoshop', 'a Photoshop picture'],
  ['image/', 'a picture of another type'],
  ['text/html', 'a web page (HTML)'],
  ['text/plain', 'a text'],
  ['video/', 'a video'],
  ['audio/', 'a sound recording'],
];

const isDocument = (type: string): type is DocumentType => type in DOCUMENT_NAMES;

/** What a file of the type is, in words; null stands for a type that nobody knows. */
export function kindOf(type: string | null): string {
  if (type === null) return 'of no known type';
  if (isDocument(type)) return `a ${DOCUMENT_NAMES[type]} file`;
  return KINDS.find(([start]) => type.startsWith(start))?.[1] ?? `of type ${type}`;
}

/** The documents among the types, such as `PDF, JPEG and PNG`. */
export function documentNames(types: readonly string[]): string {
  const names = Object.entries(DOCUMENT_NAMES).flatMap(([type, name]) =>
    types.includes(type) ? [name] : [],
  );
  const [last = 'nothing that is known here'] = names.slice(-1);
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}
