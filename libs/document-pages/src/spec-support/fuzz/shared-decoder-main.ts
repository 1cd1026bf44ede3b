/**
 * The decoders of production over one input after another, in one process. What one leaves behind may harm the next, so
 * whatever is odd here is looked at again in a process of its own.
 */

import { loadDecoder } from '../../decoder/load-decoder.ts';
import type { OpenSource, PageSource } from '../../decoder/page-source.ts';
import { toDocumentError } from '../../decoder/to-document-error.ts';
import { limitWasmMemory, wasmMemoryIsExhausted } from '../../decoder/wasm-memory.ts';
import { DocumentError, type DocumentErrorCode } from '../../document-error.ts';
import { type DocumentFormat, documentFormat } from '../../document-format.ts';
import { inputOf } from './inputs.ts';
import { faultsOf, mostPagesRead, outcomeOf } from './outcome.ts';
import type { SharedAnswer, SharedStart } from './shared-decoder.ts';

/** PDFium and libheif free nothing. */
const wornAtBytes = 260 * 2 ** 20;
const decoders = new Map<DocumentFormat, Promise<OpenSource>>();
/** What our own code throws by mistake. */
const ownErrors = [TypeError, ReferenceError, RangeError, SyntaxError];

function decoderOf(format: DocumentFormat): Promise<OpenSource> {
  const decoder = decoders.get(format) ?? loadDecoder(format);
  decoders.set(format, decoder);
  return decoder;
}

async function decode(
  bytes: Uint8Array,
  { limits }: SharedStart,
): Promise<Omit<SharedAnswer, 'number' | 'isWorn'>> {
  const format = documentFormat(bytes);
  if (format === undefined || bytes.length === 0)
    return { outcome: 'unsupported_document', faults: [], crashed: false };
  const codes: DocumentErrorCode[] = [];
  const faults: string[] = [];
  let [pages, crashed] = [0, false];
  const failed = (error: unknown) => {
    const known = toDocumentError(error, format);
    codes.push(known.code);
    crashed ||= error instanceof Error && error.name === 'RuntimeError';
    const isOwn = !(error instanceof DocumentError) && ownErrors.some((type) => error instanceof type);
    if (isOwn && known.code === 'corrupt_document') faults.push(String((error as Error).stack));
  };
  let source: PageSource | undefined;
  try {
    source = await (await decoderOf(format))(bytes, limits, 1);
  } catch (error) {
    failed(error);
  }
  for (let index = 0; index < Math.min(mostPagesRead, source?.pageCount ?? 0); index++) {
    try {
      const page = await source?.page(index);
      if (page) faults.push(...faultsOf({ ...page, channels: 1 }, limits));
      pages++;
    } catch (error) {
      failed(error);
    }
  }
  return { outcome: outcomeOf(pages, codes), faults, crashed };
}

let start: SharedStart | undefined;
process.on('message', async (message: SharedStart | { readonly numbers: readonly number[] }) => {
  if (!('numbers' in message)) {
    start = message;
    limitWasmMemory(message.limits.memoryMb);
    return;
  }
  if (!start) throw new Error('It was not started');
  for (const number of message.numbers) {
    const verdict = await decode(inputOf(start.wholes, start.seed, number).bytes, start);
    const isWorn = verdict.crashed || wasmMemoryIsExhausted() || process.memoryUsage.rss() > wornAtBytes;
    // One that is worn is ended by whoever gets this.
    await new Promise((sent) => process.send?.({ ...verdict, number, isWorn } satisfies SharedAnswer, sent));
    if (isWorn) return;
  }
});
