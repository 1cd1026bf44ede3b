import { createHash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';

/** As many bytes as `file-type` looks at. */
const SNIFF_BYTES = 4_100;

/** What the bytes themselves say of a file. `mimeType` is null if they are of no known type. */
export interface Inspected {
  readonly bytes: number;
  readonly sha256: string;
  readonly mimeType: string | null;
}

const ALIASES: Readonly<Record<string, string>> = {
  'image/apng': 'image/png',
  'image/heif': 'image/heic',
  'image/heic-sequence': 'image/heic',
  'image/heif-sequence': 'image/heic',
};

/** Readers look for a PDF's header in this many bytes (PDF Reference 1.7, appendix H, note 13). */
const PDF_HEADER_BYTES = 1_024;
/** The start of a TIFF file in either byte order, and of a BigTIFF file. */
const TIFF = /^(II\*\0|MM\0\*|II\+\0|MM\0\+)/;

/** What `file-type` misses: TIFF whose directory lies behind its pixels, PDF with something before its header. */
function sniffFurther(head: Buffer): string | null {
  const start = head.toString('latin1', 0, PDF_HEADER_BYTES);
  if (TIFF.test(start)) return 'image/tiff';
  return start.includes('%PDF-') ? 'application/pdf' : null;
}

async function sniff(head: Buffer): Promise<string | null> {
  const mimeType = (await fileTypeFromBuffer(head))?.mime;
  return mimeType === undefined ? sniffFurther(head) : (ALIASES[mimeType] ?? mimeType);
}

/**
 * Passes a file through while it is hashed, counted and its type read from its first bytes. Holds back no more than
 * those. Before any bytes pass, `check` is told the type and how many there are so far; if it throws, no more pass.
 * Returns what it saw once the file has ended.
 */
export async function* inspectFile(
  file: AsyncIterable<Uint8Array>,
  check: (soFar: Pick<Inspected, 'bytes' | 'mimeType'>) => void = () => {},
): AsyncGenerator<Uint8Array, Inspected> {
  const hash = createHash('sha256');
  const head: Uint8Array[] = [];
  let bytes = 0;
  let mimeType: string | null | undefined;
  for await (const chunk of file) {
    hash.update(chunk);
    bytes += chunk.byteLength;
    if (mimeType !== undefined) {
      check({ bytes, mimeType });
      yield chunk;
      continue;
    }
    head.push(chunk);
    if (bytes < SNIFF_BYTES) continue;
    mimeType = await sniff(Buffer.concat(head, Math.min(bytes, SNIFF_BYTES)));
    check({ bytes, mimeType });
    yield* head;
  }
  if (mimeType === undefined) {
    mimeType = await sniff(Buffer.concat(head, Math.min(bytes, SNIFF_BYTES)));
    check({ bytes, mimeType });
    yield* head;
  }
  return { bytes, sha256: hash.digest('hex'), mimeType };
}
