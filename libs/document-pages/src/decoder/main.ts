/**
 * The process that decodes one document, and ends with it. It takes the document and then the pages that are asked for
 * from its standard input, and answers on descriptor 3; nothing else that is written here reaches anyone.
 */
import { readSync, writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import type { DocumentFormat } from '../document-format.ts';
import { type Frame, frameLengths, frameStart, prefixBytes } from '../frames.ts';
import type { DocumentLimits } from '../limits.ts';
import type { Channels, PageImage } from '../page-image.ts';
import type { PictureOptions } from '../page-picture.ts';
import { packText } from '../text-lines.ts';
import { loadDecoder } from './load-decoder.ts';
import type { PageSource } from './page-source.ts';
import { toDocumentError } from './to-document-error.ts';
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
/** Or, instead of it and all that follow, asks for a copy without encryption, also followed by the document's bytes. */
export interface UnlockRequest {
  readonly unlock: { readonly password: string; readonly memoryMb: number };
}
/** Every further one, for the page at an index, as raw pixels or as a picture. */
export interface PageRequest {
  readonly page: number;
  readonly picture?: PictureOptions;
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
if ('unlock' in (head as UnlockRequest)) {
  const { password, memoryMb } = (head as UnlockRequest).unlock;
  limitWasmMemory(memoryMb);
  await answering(
    async () => (await import('./unlock.ts')).unlock(body, password),
    (copy) => answer({}, copy),
  );
}
const { limits, channels } = head as OpenRequest;
limitWasmMemory(limits.memoryMb);
await answering(
  () => open(body, limits, channels),
  (opened) => {
    source = opened;
    const { pageCount, furtherPictures } = opened;
    answer({ pageCount, furtherPictures });
  },
);
for (;;) {
  const { page, picture } = nextRequest().head as PageRequest;
  await answering(
    async () => {
      const image = await source?.page(page);
      return image && (picture ? drawn(image, picture) : whole(image));
    },
    (say) => say?.(),
  );
}

/** The answer that is a page's pixels. */
function whole({ data, channels: _, text, ...facts }: PageImage<Channels>): () => void {
  // Behind the pixels, since it may be long.
  const written = text ? packText(text) : new Uint8Array();
  return () => answer({ ...facts, textBytes: written.length }, data, written);
}

/** The answer that is its picture. */
async function drawn(image: PageImage<Channels>, options: PictureOptions): Promise<() => void> {
  const { data, ...size } = await (await import('./to-picture.ts')).toPicture(image, options);
  return () => answer(size, data);
}
