import { deflateSync, inflateSync } from 'node:zlib';

/** An object of a PDF; what its stream holds is inflated if it was deflated alone. */
export interface PdfObject {
  number: number;
  /** All but the stream, Latin-1. */
  text: string;
  data?: Buffer;
}

export interface PdfFile {
  readonly objects: PdfObject[];
  trailer: string;
}

/** Where the tables of a file are wrong on purpose. */
export interface Faults {
  /** What is done to the bytes at which an object begins, as the table says. */
  offset(offset: number): number;
  /** What is done to the length that a stream is said to have. */
  length(length: number): number;
}

const mostInflated = 1 << 24;
const flate = '/Filter /FlateDecode';
const lengthEntry = /\/Length \d+(?: \d+ R)?/;

/** The objects between `obj` and `endobj`, and the trailer's dictionary (ISO 32000-1, 7.5), of a file whose tables are not compressed. */
export function readPdf(file: Buffer): PdfFile | undefined {
  const text = file.toString('latin1');
  const objects: PdfObject[] = [];
  for (const { index, 0: start, 1: number } of text.matchAll(/(\d+) \d+ obj\b/g)) {
    const end = text.indexOf('endobj', index);
    if (end < 0) break;
    objects.push({ number: Number(number), ...bodyOf(text.slice(index + start.length, end)) });
  }
  const trailer = text.lastIndexOf('trailer');
  const after = text.indexOf('startxref', trailer);
  if (objects.length === 0 || trailer < 0) return undefined;
  return { objects, trailer: text.slice(trailer + 'trailer'.length, after < 0 ? undefined : after) };
}

function bodyOf(body: string): Omit<PdfObject, 'number'> {
  const start = body.indexOf('stream');
  const end = body.lastIndexOf('endstream');
  if (start < 0 || end <= start) return { text: body };
  const text = body.slice(0, start).replace(lengthEntry, '');
  const from = start + 'stream'.length + (body[start + 'stream'.length] === '\r' ? 2 : 1);
  const data = Buffer.from(body.slice(from, end), 'latin1');
  if (!text.includes(flate)) return { text, data };
  try {
    return { text: text.replace(flate, ''), data: inflateSync(data, { maxOutputLength: mostInflated }) };
  } catch {
    return { text, data };
  }
}

/** The file with a table that is right but for the faults. */
export function writePdf({ objects, trailer }: PdfFile, { offset, length }: Faults): Buffer {
  const parts = [Buffer.from('%PDF-1.7\n')];
  let size = parts[0]?.length ?? 0;
  const offsets = new Map<number, number>();
  for (const { number, text, data } of objects) {
    const part = Buffer.concat([
      Buffer.from(`${number} 0 obj\n`),
      data === undefined ? Buffer.from(text, 'latin1') : streamOf(text, data, length),
      Buffer.from('\nendobj\n'),
    ]);
    offsets.set(number, offset(size));
    parts.push(part);
    size += part.length;
  }
  const most = Math.min(5000, Math.max(...offsets.keys()));
  const entries = Array.from({ length: most }, (_, at) => {
    const place = offsets.get(at + 1);
    return `${String(place ?? 0).padStart(10, '0')} 00000 ${place === undefined ? 'f' : 'n'} \n`;
  });
  const table = `xref\n0 ${most + 1}\n0000000000 65535 f \n${entries.join('')}`;
  const end = `${table}trailer\n${trailer.trim()}\nstartxref\n${offset(size)}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(end, 'latin1')]);
}

/** Deflated, unless the dictionary names another filter. */
function streamOf(text: string, data: Buffer, length: (length: number) => number): Buffer {
  const isPlain = text.includes('/Filter');
  const stored = isPlain ? data : deflateSync(data);
  const entries = `${isPlain ? '' : flate} /Length ${length(stored.length)}`;
  const end = text.lastIndexOf('>>');
  const dictionary = end < 0 ? `${text} ${entries}` : `${text.slice(0, end)} ${entries} ${text.slice(end)}`;
  return Buffer.concat([
    Buffer.from(`${dictionary.trim()}\nstream\n`, 'latin1'),
    stored,
    Buffer.from('\nendstream'),
  ]);
}
