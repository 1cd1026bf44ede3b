import type { ExecutionErrorCode } from '@inkstream/domain';
import { providerContract } from '@inkstream/provider-kit/contract';
import { mistral, mistralFailure } from '@inkstream/testing/provider-doubles';
import { provider } from './provider.ts';

const failed = (says: string, code: ExecutionErrorCode, status: number, type: string) => ({
  says,
  code,
  fault: { kind: 'answer' as const, ...mistralFailure(status, type, '3000', says) },
});
const answered = (says: string, code: ExecutionErrorCode, status: number, body: unknown) => ({
  says,
  code,
  fault: { kind: 'answer' as const, status, body, ...(status === 200 && { bought: true }) },
});
const detail = [{ type: 'missing', loc: ['body', 'document'], msg: 'Field required', input: {} }];

providerContract({
  plugin: provider,
  vendor: mistral,
  env: ({ url, key }) => ({ MISTRAL_API_KEY: key ?? '', MISTRAL_BASE_URL: url }),
  wants: 'MISTRAL_API_KEY',
  errors: [
    failed('Service unavailable.', 'provider_unavailable', 503, 'internal_server_error'),
    failed('Internal server error', 'provider_unavailable', 500, 'internal_server_error'),
    failed('Invalid model: mistral-ocr-4-0', 'provider_unavailable', 400, 'invalid_model'),
    failed('Document is not a valid PDF.', 'corrupt_document', 400, 'document_parser_invalid_file'),
    failed('Too many pages.', 'document_too_large', 400, 'document_parser_too_many_pages'),
    failed('No.', 'provider_rejected', 400, 'invalid_request_error'),
    answered('a request that is not valid', 'provider_rejected', 422, { detail }),
    answered('a request that is not valid, in words', 'provider_rejected', 422, { detail: 'No.' }),
    answered('an account that is not paid for', 'credit_exhausted', 401, {
      message: 'Inactive subscription or usage limit reached',
      request_id: '933f',
    }),
    answered('a page of a proxy', 'provider_unavailable', 502, '<html>Bad gateway</html>'),
    answered('a good answer in another shape', 'invalid_result', 200, { object: 'ocr' }),
    answered('a good answer in HTML', 'invalid_result', 200, '<html>Welcome</html>'),
    answered('no page', 'invalid_result', 200, {
      pages: [],
      model: 'mistral-ocr-4-1',
      usage_info: { pages_processed: 0 },
    }),
  ],
  rateLimit: {
    silent: mistralFailure(429, 'rate_limited', '1300', 'Requests rate limit exceeded'),
    waits: false,
  },
  retires: true,
  prepaid: true,
  readsText: true,
  resumes: false,
});
