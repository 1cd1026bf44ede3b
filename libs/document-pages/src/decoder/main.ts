/**
 * The process that decodes one document, and ends with it. It takes the document and then the pages that are asked for
 * from its standard input, and answers on descriptor 3; nothing else that is written here reaches anyone.
 */
import { readSync, writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { DocumentError } from '../document-error.ts';
import type { DocumentFormat } from '../document-format.ts';
import { type Frame, frameLengths, frameStart, prefixBytes } from '../frames.ts';
import type { DocumentLimits } from '../limits.ts';
import type { Channels } from '../page-image.ts';
import { packText } from '../text-lines.ts';
import { imageDecoder } from './image-decoder.ts';
import type { OpenSource, PageSource } from './page-source.ts';
import { limitWasmMemory, wasmMemoryIsExhausted } from './wasm-memory.ts';

const requests = 0;
const answers = 3;

/** The first request; the answer to it is that the process is ready. */
export interface StartRequest {
  readonly format: DocumentFormat;
}
/** The second one, followed by the document's bytes. */
export interface OpenRequest {
  readonly limits: DocumentLimits;
  readonly channels: Channels;
}
/** Every further one, for the page at an index. */
export interface PageRequest {
  readonly page: number;
}

/** Blocks until so many bytes have come; the end of the input ends the process. */
function read(length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let filled = 0; filled < length; ) {
    const count = readSync(requests, bytes, filled, length - filled, null);
    if (count === 0) process.exit();
    filled += count;
  }
  return bytes;
}

function nextRequest(): Frame {
  const { headBytes, bodyBytes } = frameLengths(read(prefixBytes), Number.POSITIVE_INFINITY);
  return { head: JSON.parse(read(headBytes).toString()), body: read(bodyBytes) };
}

function answer(head: unknown, ...body: readonly Uint8Array[]): void {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  for (const bytes of [frameStart(head, length), ...body]) {
    for (let written = 0; written < bytes.length; ) written += writeSync(answers, bytes, written);
  }
}

/** Only what the document's format needs is loaded. */
const loadDecoder = async (format: DocumentFormat): Promise<OpenSource> =>
  format === 'pdf' ? (await import('./pdf.ts')).loadPdfDecoder() : imageDecoder(format);

/** The messages of libvips, libjpeg, Node and PDFium's wrapper when they get no memory. */
const outOfMemoryWords = /out of memory|insufficient memory|allocat/i;

/** The decoder's error is the document's fault, and its message is not for the client. */
function toDocumentError(error: unknown, format: DocumentFormat): DocumentError {
  const what = `The ${format === 'pdf' ? 'PDF' : `${format.toUpperCase()} image`}`;
  if (wasmMemoryIsExhausted() || outOfMemoryWords.test(String(error))) {
    return new DocumentError('document_too_large', `${what} takes too much memory`);
  }
  if (error instanceof DocumentError) return error;
  return new DocumentError('corrupt_document', `${what} is damaged and cannot be decoded`);
}

const { format } = nextRequest().head as StartRequest;
const open = await loadDecoder(format);
// Before there is a document: nothing of it gets there.
flushCompileCache();
answer({ ready: true });

/** Answers with what `work` returns. A decoder that ran out of memory may have left out a part silently. */
async function answering<T>(work: () => Promise<T>, say: (result: T) => void): Promise<void> {
  try {
    const result = await work();
    if (wasmMemoryIsExhausted()) throw new Error('out of memory');
    say(result);
  } catch (error) {
    const { code, message } = toDocumentError(error, format);
    answer({ error: { code, message } });
  }
}

let source: PageSource | undefined;
const { head, body } = nextRequest();
const { limits, channels } = head as OpenRequest;
limitWasmMemory(limits.memoryMb);
await answering(
  () => open(body, limits, channels),
  (opened) => {
    source = opened;
    answer({ pageCount: opened.pageCount });
  },
);
for (;;) {
  const { page } = nextRequest().head as PageRequest;
  await answering(
    async () => source?.page(page),
    (image) => {
      if (!image) return;
      const { data, channels: _, text, ...facts } = image;
      // Behind the pixels, since it may be long.
      const written = text ? packText(text) : new Uint8Array();
      answer({ ...facts, textBytes: written.length }, data, written);
    },
  );
}
