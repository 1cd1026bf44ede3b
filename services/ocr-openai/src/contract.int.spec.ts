import { providerContract } from '@inkstream/provider-kit/contract';
import { type Answer, openai } from '@inkstream/testing/provider-doubles';
import { provider } from './provider.ts';

const error = (status: number, code: string | null, message = 'Because.', type = 'invalid_request_error') =>
  ({ kind: 'answer', status, body: { error: { message, type, param: null, code } } }) as const;
/** An answer of status 200 that is no reading. */
const answered = (more: object): Answer => ({
  status: 200,
  body: {
    id: 'resp_1',
    object: 'response',
    model: 'gpt-6-luna-2026-08-06',
    status: 'completed',
    error: null,
    incomplete_details: null,
    output: [],
    usage: { input_tokens: 1_000, output_tokens: 10, total_tokens: 1_010 },
    ...more,
  },
});
const bought = (more: object) => ({ kind: 'answer', ...answered(more), bought: true }) as const;
const failed = (code: string) => bought({ status: 'failed', error: { code, message: 'Because.' } });

providerContract({
  plugin: provider,
  vendor: openai,
  env: ({ url, key }) => ({ OPENAI_API_KEY: key ?? '', OPENAI_BASE_URL: `${url}/v1` }),
  wants: 'OPENAI_API_KEY',
  errors: [
    { says: '400', fault: error(400, 'invalid_type'), code: 'provider_rejected' },
    { says: 'invalid_image_format', fault: error(400, 'invalid_image_format'), code: 'unsupported_document' },
    { says: 'image_parse_error', fault: error(400, 'image_parse_error'), code: 'corrupt_document' },
    {
      says: 'context_length_exceeded',
      fault: error(400, 'context_length_exceeded'),
      code: 'document_too_large',
    },
    {
      says: 'content_policy_violation',
      fault: error(400, 'content_policy_violation'),
      code: 'content_refused',
    },
    { says: '403 of a country', fault: error(403, 'unsupported_country'), code: 'credentials_rejected' },
    { says: 'model_not_found', fault: error(404, 'model_not_found'), code: 'provider_unavailable' },
    {
      says: '429 insufficient_quota',
      fault: error(429, 'insufficient_quota', 'You exceeded your current quota', 'insufficient_quota'),
      code: 'credit_exhausted',
    },
    {
      says: '429 for a request that no minute allows',
      fault: error(
        429,
        'rate_limit_exceeded',
        'Request too large for gpt-6-luna on tokens per min',
        'tokens',
      ),
      code: 'document_too_large',
    },
    { says: '500', fault: error(500, null, 'Server error', 'server_error'), code: 'provider_unavailable' },
    {
      says: '503 in HTML',
      fault: { kind: 'answer', status: 503, body: '<html>' },
      code: 'provider_unavailable',
    },
    {
      says: '200 that failed: rate_limit_exceeded',
      fault: failed('rate_limit_exceeded'),
      code: 'rate_limited',
    },
    { says: '200 that failed: server_error', fault: failed('server_error'), code: 'provider_unavailable' },
    { says: '200 that failed: invalid_image', fault: failed('invalid_image'), code: 'corrupt_document' },
    {
      says: '200 that failed: image_too_large',
      fault: failed('image_too_large'),
      code: 'document_too_large',
    },
    {
      says: '200 that is cut at its tokens',
      fault: bought({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
      code: 'invalid_result',
    },
    {
      says: '200 that a filter stopped',
      fault: bought({ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }),
      code: 'content_refused',
    },
    { says: '200 without output', fault: bought({}), code: 'invalid_result' },
    {
      says: '200 whose text is no JSON',
      fault: bought({
        output: [
          { type: 'message', content: [{ type: 'output_text', text: '{"lines": ["TOT', annotations: [] }] },
        ],
      }),
      code: 'invalid_result',
    },
  ],
  rateLimit: { silent: error(429, 'rate_limit_exceeded', 'Rate limit reached', 'requests'), waits: true },
  refusal: answered({
    output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'I cannot help with that.' }] }],
  }),
  retires: true,
  prepaid: true,
  readsText: true,
  resumes: false,
});
