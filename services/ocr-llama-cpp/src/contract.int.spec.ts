import { providerContract } from '@inkstream/provider-kit/contract';
import { llamaServer } from '@inkstream/testing/provider-doubles';
import { provider } from './provider.ts';

const error = (code: number, message: string, type: string) =>
  ({ kind: 'answer', status: code, body: { error: { code, message, type } } }) as const;
const answered = (choice: object) =>
  ({
    kind: 'answer',
    status: 200,
    body: { model: 'qwen3-vl', object: 'chat.completion', choices: [choice] },
    bought: true,
  }) as const;

providerContract({
  plugin: provider,
  vendor: llamaServer(),
  env: ({ url }) => ({ LLAMA_CPP_BASE_URL: `${url}/v1` }),
  key: null,
  wants: 'LLAMA_CPP_BASE_URL',
  errors: [
    {
      says: '400',
      fault: error(400, "'messages' is required", 'invalid_request_error'),
      code: 'provider_rejected',
    },
    {
      says: 'a picture that it cannot open',
      fault: error(400, 'Failed to load image or audio file', 'invalid_request_error'),
      code: 'corrupt_document',
    },
    {
      says: 'a page beyond its context',
      fault: error(
        400,
        'request (9412 tokens) exceeds the available context size (8192 tokens)',
        'exceed_context_size_error',
      ),
      code: 'document_too_large',
    },
    {
      says: '401',
      fault: error(401, 'Invalid API Key', 'authentication_error'),
      code: 'credentials_rejected',
    },
    {
      says: '500 of a model without eyes',
      fault: error(
        500,
        'image input is not supported - hint: you may need to provide the mmproj',
        'server_error',
      ),
      code: 'provider_unavailable',
    },
    {
      says: '503 while it loads',
      fault: error(503, 'Loading model', 'unavailable_error'),
      code: 'provider_unavailable',
    },
    {
      says: '503 without a slot',
      fault: error(503, 'no slot available', 'unavailable_error'),
      on: 'probe',
      code: 'rate_limited',
    },
    {
      says: '200 that is cut',
      fault: answered({ finish_reason: 'length', message: { content: '{"lines": ["TOT' } }),
      code: 'invalid_result',
    },
    {
      says: '200 in prose',
      fault: answered({ finish_reason: 'stop', message: { content: 'The image shows a receipt.' } }),
      code: 'invalid_result',
    },
    {
      says: '200 without content',
      fault: answered({ finish_reason: 'stop', message: {} }),
      code: 'invalid_result',
    },
  ],
  rateLimit: {
    silent: { status: 429, body: { error: { code: 429, message: 'Too Many Requests' } } },
    waits: false,
  },
  prepaid: false,
  readsText: true,
  resumes: false,
});
