import { ProviderError } from '../provider-error.ts';

interface VendorOptions {
  /** Requests in any window of so many ms. */
  readonly limit: number;
  readonly windowMs: number;
  readonly now: () => number;
  /** ms. */
  readonly latency: () => Promise<void>;
  /** Whether a refusal says when to come again. */
  readonly retryAfter: boolean;
}

/** A vendor with a limit that it enforces over a window that slides, at the moment when a request comes. */
export function scriptedVendor({ limit, windowMs, now, latency, retryAfter }: VendorOptions) {
  let taken: number[] = [];
  const vendor = {
    answered: 0,
    refused: 0,
    inFlight: 0,
    mostInFlight: 0,
    async call() {
      const time = now();
      taken = taken.filter((at) => time - at < windowMs);
      const [oldest = time] = taken;
      if (taken.length >= limit) {
        vendor.refused++;
        const waitMs = retryAfter ? Math.ceil(oldest + windowMs - time) : undefined;
        throw new ProviderError('rate_limited', 'Too many requests', waitMs);
      }
      taken.push(time);
      vendor.inFlight++;
      vendor.mostInFlight = Math.max(vendor.mostInFlight, vendor.inFlight);
      await latency();
      vendor.inFlight--;
      vendor.answered++;
      return { usage: { inputTokens: 400, outputTokens: 100 } };
    },
  };
  return vendor;
}
