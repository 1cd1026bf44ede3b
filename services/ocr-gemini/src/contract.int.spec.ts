import type { ExecutionErrorCode } from '@inkstream/domain';
import { providerContract } from '@inkstream/provider-kit/contract';
import { gemini, geminiFailure } from '@inkstream/testing/provider-doubles';
import { provider } from './provider.ts';

/** An answer that was blocked or cut; it is charged for. */
const ended = (finishReason: string) => ({
  status: 200,
  body: {
    candidates: [{ finishReason, index: 0 }],
    usageMetadata: { promptTokenCount: 1_290, totalTokenCount: 1_290 },
    modelVersion: 'gemini-3.5-flash-lite',
  },
});
const failed = (says: string, code: ExecutionErrorCode, status: number, name: string) => ({
  says,
  code,
  fault: { kind: 'answer' as const, ...geminiFailure(status, name, says) },
});
const answered = (says: string, code: ExecutionErrorCode, answer: object) => ({
  says,
  code,
  fault: { kind: 'answer' as const, status: 200, body: answer, bought: true },
});

providerContract({
  plugin: provider,
  vendor: gemini,
  env: ({ url, key }) => ({ GEMINI_API_KEY: key ?? '', GEMINI_BASE_URL: url }),
  wants: 'GEMINI_API_KEY',
  errors: [
    failed('The model is overloaded.', 'provider_unavailable', 503, 'UNAVAILABLE'),
    failed('An internal error has occurred.', 'provider_unavailable', 500, 'INTERNAL'),
    failed(
      'Deadline expired before operation could complete.',
      'provider_unavailable',
      504,
      'DEADLINE_EXCEEDED',
    ),
    failed('models/gemini-1 is not found for API version v1beta', 'provider_unavailable', 404, 'NOT_FOUND'),
    failed('Your API key was reported as leaked.', 'credentials_rejected', 403, 'PERMISSION_DENIED'),
    failed('User location is not supported for the API use.', 'credit_exhausted', 400, 'FAILED_PRECONDITION'),
    failed('Your prepayment credits are depleted.', 'credit_exhausted', 429, 'RESOURCE_EXHAUSTED'),
    failed('Unable to process input image.', 'corrupt_document', 400, 'INVALID_ARGUMENT'),
    failed('Request payload size exceeds the limit', 'document_too_large', 400, 'INVALID_ARGUMENT'),
    failed('Unknown name "pattern"', 'provider_rejected', 400, 'INVALID_ARGUMENT'),
    answered('a prompt that is blocked', 'content_refused', {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
    }),
    answered('an answer that was cut', 'invalid_result', ended('MAX_TOKENS').body),
    answered('a candidate without parts', 'invalid_result', ended('STOP').body),
    answered('no candidate', 'invalid_result', { usageMetadata: { promptTokenCount: 1_290 } }),
  ],
  rateLimit: {
    silent: geminiFailure(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted.'),
    waits: true,
  },
  refusal: ended('SAFETY'),
  retires: true,
  prepaid: true,
  readsText: true,
  resumes: false,
});
