import { createVendorErrors, type Secret, type VendorErrors } from '@inkstream/provider-kit';
import { z } from 'zod';

export const VENDOR = 'llama-server';

/** https://github.com/ggml-org/llama.cpp/tree/master/tools/server: `code` is the HTTP status again. */
const body = z.object({ error: z.object({ message: z.string(), type: z.string().nullish() }) });

/** The errors of llama-server. */
export const llamaErrors = (
  model: string | undefined,
  key: Secret | undefined,
  fetch: typeof globalThis.fetch,
): VendorErrors =>
  createVendorErrors({
    vendor: VENDOR,
    model,
    key,
    fetch,
    body,
    handle: ({ body: { error } }) => ({ said: error.message, code: meaningOf(error) }),
  });

function meaningOf({ message, type }: z.infer<typeof body>['error']) {
  if (type === 'exceed_context_size_error') return 'document_too_large';
  if (/failed to (load|process) image/i.test(message)) return 'corrupt_document';
  // A model without eyes, or without its projector: for all pages, until the operator starts another.
  if (/image input is not supported/i.test(message)) return 'provider_unavailable';
  return undefined;
}
