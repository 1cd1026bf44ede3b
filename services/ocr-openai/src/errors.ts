import { createVendorErrors, meaningOf, type Secret, type VendorErrors } from '@inkstream/provider-kit';
import { z } from 'zod';

export const VENDOR = 'OpenAI';

/** https://platform.openai.com/docs/guides/error-codes */
const body = z.object({
  error: z.object({
    message: z.string(),
    type: z.string().nullish(),
    code: z.string().nullish(),
  }),
});

/** The errors of OpenAI. */
export const openAiErrors = (model: string, key: Secret, fetch: typeof globalThis.fetch): VendorErrors =>
  createVendorErrors({
    vendor: VENDOR,
    model,
    key,
    fetch,
    body,
    handle: ({ body: { error } }) => {
      // More tokens than a minute has: no wait makes it smaller.
      const tooLarge = /^Request too large/.test(error.message);
      const code = tooLarge
        ? 'document_too_large'
        : (meaningOf(error.code ?? '') ?? meaningOf(error.type ?? ''));
      return { said: error.message, code };
    },
  });
