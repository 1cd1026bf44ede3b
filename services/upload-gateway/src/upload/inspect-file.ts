import { createHash } from 'node:crypto';
import { isMail } from '@inkstream/contracts';
import { fileTypeFromBuffer } from 'file-type';
import { imageSize } from 'image-size';

/** As many bytes as `file-type` looks at. */
const SNIFF_BYTES = 4_100;

/** Of what the first bytes of a file say. */
interface Sniffed {
  /** Null if they are of no known type. */
  readonly mimeType: string | null;
  /** Of a picture, if they say it. */
  readonly size?: PictureSize;
}

/** Pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** What the bytes themselves say of a file. */
export interface Inspected extends Sniffed {
  readonly bytes: number;
  readonly sha256: string;
}

const ALIASES: Readonly<Record<string, string>> = {
  'image/apng': 'image/png',
  'image/heif': 'image/heic',
  'image/heic-sequence': 'image/heic',
  'image/heif-sequence': 'image/heic',
  'image/j2c': 'image/jp2',
  'image/jpx': 'image/jp2',
};

/** Readers look for a PDF's header in this many bytes (PDF Reference 1.7, appendix H, note 13). */
const PDF_HEADER_BYTES = 1_024;
/** The start of a TIFF file in either byte order, and of a BigTIFF file. */
const TIFF = /^(II\*\0|MM\0\*|II\+\0|MM\0\+)/;

/** What `file-type` misses: TIFF whose directory lies behind its pixels, PDF with something before its header, mails. */
function sniffFurther(head: Buffer): string | null {
  const start = head.toString('latin1', 0, PDF_HEADER_BYTES);
  if (TIFF.test(start)) return 'image/tiff';
  // A PDF may stand in a mail as it is.
  if (isMail(head)) return 'message/rfc822';
  return start.includes('%PDF-') ? 'application/pdf' : textType(head);
}

/** Controls and what else no text has, but for white space. */
const NO_TEXT = /(?!\s)\p{Cc}|\p{Co}|\p{Cn}/u;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Texts are no documents; a refusal says what they are. Null if it is none. */
function textType(head: Buffer): string | null {
  try {
    // A character may be cut in two.
    const text = utf8.decode(head, { stream: true });
    if (text === '' || NO_TEXT.test(text)) return null;
    if (/<svg[\s>]/i.test(text)) return 'image/svg+xml';
    return /<(!doctype html|html)[\s>]/i.test(text) ? 'text/html' : 'text/plain';
  } catch {
    return null;
  }
}

/** Of a picture whose header is not whole in so few bytes, nothing is known. */
function sizeOf(head: Buffer): { size?: PictureSize } {
  try {
    const { width, height } = imageSize(head);
    return { size: { width, height } };
  } catch {
    return {};
  }
}

async function sniff(head: Buffer): Promise<Sniffed> {
  const known = (await fileTypeFromBuffer(head))?.mime;
  const mimeType = known === undefined ? sniffFurther(head) : (ALIASES[known] ?? known);
  return { mimeType, ...(mimeType?.startsWith('image/') && sizeOf(head)) };
}

/**
 * Passes a file through while it is hashed, counted and its type read from its first bytes. Holds back no more than
 * those. Before any bytes pass, `check` is told what they say and how many there are so far; if it throws, no more pass.
 * Returns what it saw once the file has ended.
 */
export async function* inspectFile(
  file: AsyncIterable<Uint8Array>,
  check: (soFar: Omit<Inspected, 'sha256'>) => void = () => {},
): AsyncGenerator<Uint8Array, Inspected> {
  const hash = createHash('sha256');
  const head: Uint8Array[] = [];
  let bytes = 0;
  let sniffed: Sniffed | undefined;
  for await (const chunk of file) {
    hash.update(chunk);
    bytes += chunk.byteLength;
    if (sniffed) {
      check({ bytes, ...sniffed });
      yield chunk;
      continue;
    }
    head.push(chunk);
    if (bytes < SNIFF_BYTES) continue;
    sniffed = await sniff(Buffer.concat(head, Math.min(bytes, SNIFF_BYTES)));
    check({ bytes, ...sniffed });
    yield* head;
  }
  if (!sniffed) {
    sniffed = await sniff(Buffer.concat(head, Math.min(bytes, SNIFF_BYTES)));
    check({ bytes, ...sniffed });
    yield* head;
  }
  return { bytes, sha256: hash.digest('hex'), ...sniffed };
}
