import { DocumentError } from '../document-error.ts';
import type { DocumentFormat } from '../document-format.ts';
import { wasmMemoryIsExhausted } from './wasm-memory.ts';

/** The messages of libvips, libjpeg, Node and PDFium's wrapper when they get no memory. */
const outOfMemoryWords = /out of memory|insufficient memory|allocat/i;

function nameOf(format: DocumentFormat): string {
  if (format === 'mail') return 'mail';
  return format === 'pdf' ? 'PDF' : `${format.toUpperCase()} image`;
}

/** The decoder's error is the document's fault, and its message is not for the client. */
export function toDocumentError(error: unknown, format: DocumentFormat): DocumentError {
  const what = `The ${nameOf(format)}`;
  if (wasmMemoryIsExhausted() || outOfMemoryWords.test(String(error))) {
    return new DocumentError(
      'document_too_large',
      `${what} takes too much memory; make it smaller, or split it`,
    );
  }
  if (error instanceof DocumentError) return error;
  return new DocumentError(
    'corrupt_document',
    `${what} is damaged and cannot be decoded; save, scan or photograph it anew`,
  );
}
