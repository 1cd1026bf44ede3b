import { describe, expect, it, test } from 'vitest';
import { geminiErrors } from './errors.ts';

const errors = geminiErrors('gemini-3.5-flash-lite');
const type = (name: string) => ({ '@type': `type.googleapis.com/google.rpc.${name}` });
/** An error as the vendor sends it: google.rpc.Status in JSON. */
const fault = (code: number, status: string, message: string, details: object[] = []) =>
  errors.of({
    status: code,
    headers: new Headers(),
    body: JSON.stringify({ error: { code, message, status, details } }),
  });
const quota = (more: object, quotaId = 'GenerateRequestsPerMinutePerProjectPerModel') => ({
  ...type('QuotaFailure'),
  violations: [
    {
      quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
      quotaId,
      quotaDimensions: { model: 'gemini-3.5-flash-lite', location: 'global' },
      ...more,
    },
  ],
});
const help = {
  ...type('Help'),
  links: [{ description: 'Learn more about Gemini API quotas', url: 'https://ai.google.dev' }],
};
const limited = (...details: object[]) =>
  fault(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota', [help, ...details]);

describe('a limit that was met', () => {
  it('is waited for as long as the body says', () => {
    const retry = { ...type('RetryInfo'), retryDelay: '31s' };
    expect(limited(quota({ quotaValue: '15' }), retry)).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 31_000,
    });
    expect(limited(quota({ quotaValue: '15' }), { ...retry, retryDelay: '37.826s' }).retryAfterMs).toBe(
      37_826,
    );
  });

  it('is waited for as long as the kit chooses, if the body does not say', () => {
    const said = limited(quota({ quotaValue: '15' }));
    expect(said.code).toBe('rate_limited');
    expect(said.retryAfterMs).toBeUndefined();
    expect(fault(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).').code).toBe(
      'rate_limited',
    );
  });

  it.each([{ quotaValue: '0' }, { quotaValue: 0 }, {}])('is no allowance, if the quota is %j', (value) => {
    const retry = { ...type('RetryInfo'), retryDelay: '31s' };
    const said = limited(quota(value), retry);
    expect(said.code).toBe('credit_exhausted');
    expect(said.retryAfterMs).toBeUndefined();
  });

  it("is no allowance, if it is the day's, whatever it says of waiting", () => {
    const perDay = quota({ quotaValue: '20' }, 'GenerateRequestsPerDayPerProjectPerModel-FreeTier');
    expect(limited(perDay, { ...type('RetryInfo'), retryDelay: '37s' }).code).toBe('credit_exhausted');
  });

  it('is no credit, if it says so', () => {
    expect(fault(429, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.').code).toBe(
      'credit_exhausted',
    );
  });
});

test('a key that is refused comes as 400 too', () => {
  const reason = (code: string) => ({ ...type('ErrorInfo'), reason: code, domain: 'googleapis.com' });
  const refused = fault(400, 'INVALID_ARGUMENT', 'API key not valid.', [reason('API_KEY_INVALID')]);
  expect(refused.code).toBe('credentials_rejected');
  expect(fault(403, 'PERMISSION_DENIED', 'Your API key was reported as leaked.').code).toBe(
    'credentials_rejected',
  );
  expect(fault(403, 'PERMISSION_DENIED', 'Off', [reason('BILLING_DISABLED')]).code).toBe('credit_exhausted');
});

test.each([
  [400, 'INVALID_ARGUMENT', 'Unable to process input image.', 'corrupt_document'],
  [400, 'INVALID_ARGUMENT', 'Request payload size exceeds the limit: 20971520 bytes.', 'document_too_large'],
  [400, 'INVALID_ARGUMENT', 'Unknown name "pattern"', 'provider_rejected'],
  [400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.', 'credit_exhausted'],
  [404, 'NOT_FOUND', 'models/gemini-1 is not found', 'provider_unavailable'],
  [500, 'INTERNAL', 'An internal error has occurred.', 'provider_unavailable'],
  [503, 'UNAVAILABLE', 'The model is overloaded.', 'provider_unavailable'],
  [504, 'DEADLINE_EXCEEDED', 'The request timed out.', 'provider_unavailable'],
])('%i %s, "%s" is %s', (code, status, message, expected) => {
  expect(fault(code, status, message).code).toBe(expected);
});
