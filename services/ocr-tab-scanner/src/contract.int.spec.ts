import { providerContract } from '@inkstream/provider-kit/contract';
import { tabScanner, tabScannerFailure } from '@inkstream/testing/provider-doubles';
import { provider } from './provider.ts';

const failure = (code: number) => ({ kind: 'answer', ...tabScannerFailure(code) }) as const;

providerContract({
  plugin: provider,
  vendor: tabScanner,
  env: ({ url, key }) => ({
    TAB_SCANNER_API_KEY: key ?? '',
    TAB_SCANNER_BASE_URL: url,
    TAB_SCANNER_FIRST_POLL_MS: '10',
    TAB_SCANNER_POLL_MS: '10',
  }),
  wants: 'TAB_SCANNER_API_KEY',
  errors: [
    { says: '400: API key not found', fault: failure(400), code: 'credentials_rejected' },
    { says: '401: not enough credit', fault: failure(401), code: 'credit_exhausted' },
    { says: '403: no file', fault: failure(403), code: 'provider_rejected' },
    { says: '404: several files', fault: failure(404), code: 'provider_rejected' },
    { says: '405: unsupported MIME type', fault: failure(405), code: 'unsupported_document' },
    { says: '406: form', fault: failure(406), code: 'provider_rejected' },
    { says: '407: unsupported extension', fault: failure(407), code: 'unsupported_document' },
    { says: '408: file system', fault: failure(408), code: 'provider_unavailable' },
    { says: '500: OCR failure', fault: failure(500), on: 'poll', code: 'invalid_result' },
    { says: '510: server', fault: failure(510), code: 'provider_unavailable' },
    { says: '520: database', fault: failure(520), on: 'poll', code: 'provider_unavailable' },
    { says: '521: database', fault: failure(521), code: 'provider_unavailable' },
    {
      says: 'an HTML page of 503',
      fault: { kind: 'answer', status: 503, body: '<html>' },
      code: 'provider_unavailable',
    },
  ],
  rateLimit: { silent: { status: 429, body: 'Too many requests' }, waits: false },
  prepaid: true,
  resumes: true,
  readsText: false,
});
