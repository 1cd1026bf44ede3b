import { createVendorErrors, type Secret, type VendorErrors, type VendorSays } from '@inkstream/provider-kit';
import { z } from 'zod';

export const VENDOR = 'xAI';

/** Flat, where OpenAI's are nested: a code in words, and what is wrong. */
const body = z.object({ code: z.string().nullish(), error: z.string() });

/** The errors of xAI. A key that is refused comes as 400, and an account without credit as 403 or 429. */
export const xAiErrors = (model: string, key: Secret, fetch: typeof globalThis.fetch): VendorErrors =>
  createVendorErrors({
    vendor: VENDOR,
    model,
    key,
    fetch,
    body,
    handle: ({ body: { error, code } }) => ({ said: error, ...meaningOf(`${code ?? ''} ${error}`) }),
  });

function meaningOf(words: string): Pick<VendorSays, 'code' | 'pause'> {
  if (/model .{1,100}(does not exist|not found|is not available)/i.test(words))
    return { code: 'provider_unavailable', pause: 'model_gone' };
  return { code: codeOf(words) };
}

function codeOf(words: string) {
  if (/incorrect api key|invalid api key|api key is (currently )?(blocked|disabled)/i.test(words))
    return 'credentials_rejected';
  if (/credits|spending limit|billing/i.test(words)) return 'credit_exhausted';
  if (/content.{1,30}(safety|policy|moderation)|safety check/i.test(words)) return 'content_refused';
  if (/image.{1,60}(too large|exceeds)/i.test(words)) return 'document_too_large';
  if (/unsupported.{1,30}image|image.{1,30}(format|type).{1,30}not supported/i.test(words))
    return 'unsupported_document';
  return undefined;
}
