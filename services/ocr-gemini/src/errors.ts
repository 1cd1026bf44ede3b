import { createVendorErrors, durationMs, type Secret, type VendorErrors } from '@inkstream/provider-kit';
import { z } from 'zod';

/** One entry of a limit that was met. JSON leaves a quota of 0 out, as it leaves out every number that is 0. */
const violation = z.looseObject({
  quotaId: z.string().optional(),
  quotaValue: z.union([z.string(), z.number()]).optional(),
});

/** What the vendor adds to its errors: google.rpc.ErrorInfo, QuotaFailure and RetryInfo, told apart by their fields. */
const detail = z.looseObject({
  reason: z.string().optional(),
  violations: z.array(violation).optional(),
  retryDelay: z.string().optional(),
});

/** An error as https://ai.google.dev/api describes it: google.rpc.Status. */
const errorBody = z.object({
  error: z.object({
    message: z.string(),
    status: z.string().optional(),
    details: z.array(detail).optional(),
  }),
});
type Status = z.infer<typeof errorBody>['error'];

/** The errors of Gemini; a key that is refused comes as 400 too. */
export const geminiErrors = (model: string, key?: Secret): VendorErrors =>
  createVendorErrors({
    vendor: 'Gemini',
    model,
    key,
    body: errorBody,
    handle: ({ body: { error } }) => {
      const code = codeOf(error);
      const delay = (error.details ?? []).flatMap(({ retryDelay }) => retryDelay ?? [])[0];
      // It names a delay for an account without allowance too, which no delay helps.
      const waits = delay !== undefined && code !== 'credit_exhausted';
      return { said: error.message, code, ...(waits && { retryAfterMs: durationMs(delay) ?? undefined }) };
    },
  });

function codeOf({ message, status, details = [] }: Status) {
  const reasons = details.flatMap(({ reason }) => reason ?? []);
  if (reasons.some((reason) => /^API_KEY_|^SERVICE_DISABLED$/.test(reason))) return 'credentials_rejected';
  if (reasons.includes('BILLING_DISABLED')) return 'credit_exhausted';
  if (status === 'RESOURCE_EXHAUSTED') return isSpent(message, details) ? 'credit_exhausted' : undefined;
  // The free tier is not there in every country: billing has to be enabled.
  if (status === 'FAILED_PRECONDITION') return 'credit_exhausted';
  if (status !== 'INVALID_ARGUMENT') return undefined;
  if (/process input image|image is not valid/i.test(message)) return 'corrupt_document';
  return /payload size exceeds/i.test(message) ? 'document_too_large' : undefined;
}

/** Whether waiting for a minute is of no use: no allowance at all, the day's is used up, or no credit. */
const isSpent = (message: string, details: readonly z.infer<typeof detail>[]): boolean =>
  /credits are depleted/i.test(message) ||
  details
    .flatMap(({ violations }) => violations ?? [])
    .some(({ quotaId, quotaValue }) => quotaId && (Number(quotaValue ?? 0) === 0 || /PerDay/.test(quotaId)));
