import { PDFiumLibrary } from '@hyzyla/pdfium';

/**
 * The thread's instance of PDFium in WebAssembly. One for each document would cost 40 ms and, in V8, 0.1 MB that is
 * never given back.
 */
let instance: Promise<PDFiumLibrary> | undefined;

/** PDFium, loaded by the first document that needs it. */
export function pdfium(): Promise<PDFiumLibrary> {
  instance ??= PDFiumLibrary.init();
  return instance;
}

/**
 * Whether the error is a trap inside WebAssembly. It leaves the instance's memory in doubt: nothing may be called in it
 * any more, and the next document gets a new one.
 */
export function isTrap(error: unknown): boolean {
  const trapped = error instanceof Error && error.name === 'RuntimeError';
  if (trapped) instance = undefined;
  return trapped;
}
