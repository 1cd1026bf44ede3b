import { describe, expect, it } from 'vitest';
import { defaultRetryPolicy, type FailedAttempt, retryDelay } from './retry-policy.ts';

const policy = { ...defaultRetryPolicy, maxAttempts: 5, firstDelayMs: 1_000, maxDelayMs: 60_000 };
const failed = (changes: Partial<FailedAttempt> = {}): FailedAttempt => ({
  fault: { code: 'internal_error', message: '' },
  ended: 1,
  timeouts: 0,
  ageMs: 0,
  circuitOpen: false,
  ...changes,
});
const delay = (changes: Partial<FailedAttempt>, random = 1) =>
  retryDelay(failed(changes), policy, () => random);

describe('retryDelay', () => {
  it('doubles from the first delay to the greatest', () => {
    expect([1, 2, 3, 4].map((ended) => delay({ ended }))).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(retryDelay(failed({ ended: 40 }), { ...policy, maxAttempts: 99 }, () => 1)).toBe(60_000);
  });

  it('leaves half of the wait to chance', () => {
    expect(delay({ ended: 3 }, 0)).toBe(2_000);
    expect(delay({ ended: 3 }, 0.5)).toBe(3_000);
  });

  it('waits no less than the provider asks', () => {
    expect(delay({ fault: { code: 'rate_limited', message: '', retryAfterMs: 90_000 } })).toBe(90_000);
    expect(delay({ ended: 4, fault: { code: 'rate_limited', message: '', retryAfterMs: 1 } })).toBe(8_000);
  });

  it('tries a permanent fault no second time', () => {
    expect(delay({ fault: { code: 'corrupt_document', message: '' } })).toBeNull();
  });

  it('tries a document once more that used up a time limit, and not a third time', () => {
    const fault = { code: 'timeout', message: '' } as const;
    expect(delay({ fault, timeouts: 1 })).toBe(1_000);
    expect(delay({ fault, timeouts: 2, ended: 2 })).toBeNull();
    expect(delay({ timeouts: 2, ended: 3 })).not.toBeNull();
  });

  it('ends with the last attempt, also while the provider is down where the document is at fault', () => {
    expect(delay({ ended: 5 })).toBeNull();
    expect(delay({ ended: 5, circuitOpen: true })).toBeNull();
  });

  it('counts no attempt against a document while its provider is down', () => {
    const fault = { code: 'provider_unavailable', message: '' } as const;
    expect(delay({ ended: 9, circuitOpen: true, fault })).not.toBeNull();
    expect(delay({ ended: 9, circuitOpen: false, fault })).toBeNull();
  });

  it('gives up on an execution that is too old', () => {
    const fault = { code: 'provider_unavailable', message: '' } as const;
    expect(delay({ fault, circuitOpen: true, ageMs: policy.giveUpAfterMs })).toBeNull();
  });
});
