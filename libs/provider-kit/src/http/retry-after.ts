const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const NUMBER = /^\d{1,15}(?:\.\d{1,15})?$/;
const DURATION = /^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[smhd])){1,9}$/;
const PART = /(\d{1,9}(?:\.\d{1,9})?)(ms|[smhd])/g;

/** A duration as vendors write it, in ms: `6m0s`, `31s`, `1.5s`, `120ms`, `1d2h`; null if it is none. */
export function durationMs(text: string): number | null {
  if (!DURATION.test(text)) return null;
  return [...text.matchAll(PART)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ''] ?? 0),
    0,
  );
}

/** A number of seconds, a duration, or a date of RFC 9110; ms from now, not before it. */
function waitOf(text: string, now: number): number | null {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return Number(trimmed) * 1_000;
  const date = /^[A-Za-z]{3,9},? /.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  return durationMs(trimmed) ?? (Number.isNaN(date) ? null : Math.max(0, date - now));
}

/** When a limit that is used up is renewed: `x-ratelimit-remaining-<what>: 0` with `x-ratelimit-reset-<what>`. */
function resetOf(headers: Headers, now: number): number | null {
  const waits = [...headers].flatMap(([name, value]) => {
    const [, what] = /^x-ratelimit-remaining-(.+)$/.exec(name) ?? [];
    const reset = what === undefined || Number(value) !== 0 ? null : headers.get(`x-ratelimit-reset-${what}`);
    return (reset === null ? null : waitOf(reset, now)) ?? [];
  });
  return waits.length > 0 ? Math.max(...waits) : null;
}

/**
 * How long a vendor wants to be left alone, whole ms; undefined if it does not say. It says so by `retry-after-ms`; by
 * `Retry-After` (RFC 9110, 10.2.3) as seconds or a date, and some as a duration; or by when the limit that is used up
 * is renewed.
 *
 * @param now ms since 1970.
 */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const ms = headers.get('retry-after-ms')?.trim();
  if (ms !== undefined && NUMBER.test(ms)) return Math.ceil(Number(ms));
  const after = headers.get('retry-after');
  const wait = (after === null ? null : waitOf(after, now)) ?? resetOf(headers, now);
  return wait === null ? undefined : Math.ceil(wait);
}
