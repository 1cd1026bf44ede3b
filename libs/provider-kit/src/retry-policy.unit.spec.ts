import { describe, expect, it } from 'vitest';
import { defaultRetryPolicy, type FailedAttempt, retryDelay } from './retry-policy.ts';

const policy = { ...defaultRetryPolicy, maxAttempts: 5, firstDelayMs: 1_000, maxDelayMs: 60_000 };
const failed = (changes: Partial<FailedAttempt> = {}): FailedAttempt => ({
  fault: { code: 'internal_error', message: '' },
  attempt: 1,
  counted: 1,
  timeouts: 0,
  ...changes,
});
const delay = (changes: Partial<FailedAttempt>, random = 1) =>
  retryDelay(failed(changes), policy, () => random);

describe('retryDelay', () => {
  it('doubles from the first delay to the greatest', () => {
    expect([1, 2, 3, 4].map((counted) => delay({ counted }))).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(retryDelay(failed({ counted: 40 }), { ...policy, maxAttempts: 99 }, () => 1)).toBe(60_000);
  });

  it('leaves half of the wait to chance', () => {
    expect(delay({ counted: 3 }, 0)).toBe(2_000);
    expect(delay({ counted: 3 }, 0.5)).toBe(3_000);
  });

  it('waits no less than the provider asks', () => {
    expect(delay({ fault: { code: 'rate_limited', message: '', retryAfterMs: 90_000 } })).toBe(90_000);
    expect(delay({ attempt: 4, fault: { code: 'rate_limited', message: '', retryAfterMs: 1 } })).toBe(8_000);
  });

  it('tries a permanent fault no second time', () => {
    expect(delay({ fault: { code: 'corrupt_document', message: '' } })).toBeNull();
  });

  it('tries a document once more that used up a time limit, and not a third time', () => {
    const fault = { code: 'timeout', message: '' } as const;
    expect(delay({ fault, timeouts: 1 })).toBe(1_000);
    expect(delay({ fault, timeouts: 2, counted: 2 })).toBeNull();
    expect(delay({ timeouts: 2, counted: 3 })).not.toBeNull();
  });

  it('ends with the last attempt that counts', () => {
    expect(delay({ counted: 5 })).toBeNull();
    expect(delay({ counted: 4, attempt: 9 })).not.toBeNull();
  });

  it.each(['rate_limited', 'provider_unavailable', 'credentials_rejected', 'credit_exhausted'] as const)(
    'waits for a provider however often it met %s, longer each time',
    (code) => {
      const fault = { code, message: '' };
      expect(delay({ attempt: 2, counted: 0, fault })).toBe(2_000);
      expect(delay({ attempt: 100_000, counted: 5, fault })).toBe(60_000);
    },
  );

  it('respects a Retry-After for an hour at most', () => {
    const fault = { code: 'rate_limited', message: '', retryAfterMs: 30 * 86_400_000 } as const;
    expect(delay({ fault })).toBe(3_600_000);
  });
});
