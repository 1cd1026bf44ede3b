import { type ProviderSubject, providerContract } from '@inkstream/provider-kit/contract';
import {
  type Answer,
  paddleFailure,
  paddleHosted,
  paddleHostedFailure,
  paddleServing,
} from '@inkstream/testing/provider-doubles';
import { describe } from 'vitest';
import { provider } from './provider.ts';

const answer = (given: Answer) => ({ kind: 'answer', ...given }) as const;

const common = {
  plugin: provider,
  wants: 'PADDLE_OCR_ENDPOINT',
  prepaid: true,
  readsText: true,
} satisfies Partial<ProviderSubject>;

describe('a server of your own', () => {
  providerContract({
    ...common,
    vendor: paddleServing,
    env: ({ url, key }) => ({ PADDLE_OCR_ENDPOINT: `${url}/ocr`, PADDLE_OCR_API_KEY: key ?? '' }),
    errors: [
      {
        says: '422: invalid input',
        fault: answer(paddleFailure(422, 'Invalid input')),
        code: 'provider_rejected',
      },
      {
        says: '403: forbidden',
        fault: answer(paddleFailure(403, 'Forbidden')),
        code: 'credentials_rejected',
      },
      { says: '413: too large', fault: answer(paddleFailure(413, 'Too large')), code: 'document_too_large' },
      {
        says: '500: internal error',
        fault: answer(paddleFailure(500, 'Internal error')),
        code: 'provider_unavailable',
      },
      {
        says: 'HTML of a proxy',
        fault: answer({ status: 502, body: '<html>' }),
        code: 'provider_unavailable',
      },
      {
        says: 'HTML, as if all were well',
        fault: answer({ status: 200, body: '<html>' }),
        code: 'invalid_result',
      },
    ],
    rateLimit: { silent: paddleFailure(429, 'Too many requests'), waits: true },
    resumes: false,
  });
});

describe('the hosted service', () => {
  const failed = { code: 0, msg: 'Success', data: { state: 'failed', errorMsg: 'the file cannot be read' } };
  providerContract({
    ...common,
    vendor: paddleHosted,
    env: ({ url, key }) => ({
      PADDLE_OCR_ENDPOINT: `${url}/api/v2/ocr/jobs`,
      PADDLE_OCR_API_KEY: key ?? '',
      PADDLE_OCR_API_POLL_MS: '10',
    }),
    errors: [
      {
        says: '400',
        fault: answer(paddleHostedFailure(400, 10_400, 'model is unknown')),
        code: 'provider_rejected',
      },
      {
        says: '403',
        fault: answer(paddleHostedFailure(403, 10_403, 'forbidden')),
        code: 'credentials_rejected',
      },
      {
        says: 'no quota',
        fault: answer(paddleHostedFailure(429, 12_003, 'quota')),
        code: 'credit_exhausted',
      },
      {
        says: '503',
        fault: answer(paddleHostedFailure(503, 10_503, 'busy')),
        on: 'poll',
        code: 'provider_unavailable',
      },
      {
        says: 'a failed job',
        fault: answer({ status: 200, body: failed }),
        on: 'poll',
        code: 'provider_rejected',
      },
    ],
    rateLimit: { silent: paddleHostedFailure(429, 10_429, 'too many requests'), waits: true },
    resumes: true,
  });
});
