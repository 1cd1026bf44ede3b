import { providerContract } from '@inkstream/provider-kit/contract';
import { type Answer, xai } from '@inkstream/testing/provider-doubles';
import { provider } from './provider.ts';

const error = (status: number, code: string, words: string) =>
  ({ kind: 'answer', status, body: { code, error: words } }) as const;
const invalid = (words: string) => error(400, 'Client specified an invalid argument', words);
const answered = (more: object): Answer => ({
  status: 200,
  body: {
    id: '7f1c',
    object: 'response',
    model: 'grok-4.20-0309',
    status: 'completed',
    error: null,
    incomplete_details: null,
    output: [],
    usage: { input_tokens: 1_000, output_tokens: 10, total_tokens: 1_010 },
    ...more,
  },
});

providerContract({
  plugin: provider,
  vendor: xai,
  env: ({ url, key }) => ({ XAI_API_KEY: key ?? '', XAI_BASE_URL: `${url}/v1` }),
  wants: 'XAI_API_KEY',
  errors: [
    {
      says: '400',
      fault: invalid('Each message must have at least one content element.'),
      code: 'provider_rejected',
    },
    {
      says: '400 for a wrong key',
      fault: invalid('Incorrect API key provided: wr***ng.'),
      code: 'credentials_rejected',
    },
    {
      says: '403 for a blocked key',
      fault: error(403, 'Forbidden', 'API key is disabled.'),
      code: 'credentials_rejected',
    },
    {
      says: '403 without credits',
      fault: error(
        403,
        'The caller does not have permission to execute the specified operation',
        "Your newly created team doesn't have any credits yet.",
      ),
      code: 'credit_exhausted',
    },
    {
      says: '404 for its model',
      fault: error(404, 'Some requested entity was not found', 'The model grok-2 does not exist.'),
      code: 'provider_unavailable',
    },
    {
      says: 'an image that is too large',
      fault: invalid('Image size exceeds the limit of 20971520 bytes.'),
      code: 'document_too_large',
    },
    {
      says: 'an image of another type',
      fault: invalid('Unsupported image content type'),
      code: 'unsupported_document',
    },
    {
      says: 'content that its safety check stopped',
      fault: error(403, 'Forbidden', 'Content violates safety guidelines. Failed check: SAFETY_CHECK'),
      code: 'content_refused',
    },
    {
      says: '500',
      fault: error(500, 'Internal error', 'Service temporarily unavailable.'),
      code: 'provider_unavailable',
    },
    {
      says: '503 in HTML',
      fault: { kind: 'answer', status: 503, body: '<html>' },
      code: 'provider_unavailable',
    },
    {
      says: '200 that is cut at its tokens',
      fault: {
        kind: 'answer',
        ...answered({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
        bought: true,
      },
      code: 'invalid_result',
    },
    {
      says: '200 without output',
      fault: { kind: 'answer', ...answered({}), bought: true },
      code: 'invalid_result',
    },
  ],
  rateLimit: {
    silent: { status: 429, body: { code: 'Some resource has been exhausted', error: 'Too many requests.' } },
    waits: false,
  },
  refusal: answered({
    output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'I cannot help with that.' }] }],
  }),
  retires: true,
  prepaid: true,
  readsText: true,
  resumes: false,
});
