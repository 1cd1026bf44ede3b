import { bytesOf } from './answers.ts';
import type { StartRequest, UnlockRequest } from './decoder/main.ts';
import { DecoderProcess } from './decoder-process.ts';
import { documentFormat } from './document-format.ts';
import { defaultLimits } from './limits.ts';

/** What is compressed in an encrypted PDF may not be in the copy: so much larger may that be, bytes beside twice its size. */
const MOST_GROWTH = 64 * 2 ** 20;
/** Copying a document of many pages takes longer than drawing one, ms. */
const TIMEOUT_MS = 60_000;

/** Whether the bytes look like an encrypted PDF's: the dictionary that says so is never compressed (ISO 32000-1, 7.5.8). */
export const isEncryptedPdf = (bytes: Uint8Array): boolean =>
  documentFormat(bytes) === 'pdf' &&
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('/Encrypt');

/**
 * A copy of a PDF that needs no password, made by a process of its own as a document is decoded. A password that is not
 * needed is ignored.
 *
 * @throws DocumentError `encrypted_document` if the password does not open it, or is missing; otherwise as `openDocument`.
 *   The signal's reason.
 */
export async function unlockPdf(
  bytes: Uint8Array,
  password: string,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const mostBytes = 2 * bytes.length + MOST_GROWTH;
  const limits = { ...defaultLimits, maxPagePixels: mostBytes, pageTimeoutMs: TIMEOUT_MS };
  const decoder = new DecoderProcess(limits, 1, signal);
  try {
    await decoder.ask('Starting the decoder', { format: 'pdf' } satisfies StartRequest);
    const { memoryMb } = limits;
    const request: UnlockRequest = { unlock: { password, memoryMb } };
    return bytesOf(await decoder.ask('Decrypting the document', request, bytes));
  } finally {
    decoder.end(new Error('The document is closed'));
  }
}
