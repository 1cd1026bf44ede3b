import type { Certificate } from './certificates.ts';
import { observeAll } from './telemetry/instruments.ts';

/** They change by the month; each look is a handshake with every backend. */
const LOOK_AGAIN_MS = 600_000;

/** Reports how long the certificates of backends are valid still, until it is closed. `now` is in ms since 1970. */
export function observeCertificates(
  read: () => Promise<readonly Certificate[]>,
  now: () => number = Date.now,
): { close(): void } {
  let known: readonly Certificate[] = [];
  let lookedAt = Number.NEGATIVE_INFINITY;
  const look = async () => {
    lookedAt = now();
    known = await read();
  };
  return observeAll(
    'inkstream.certificate.expiry',
    { unit: 's', description: 'Until the certificate of a backend ends' },
    async () => {
      if (known.length === 0 || now() - lookedAt > LOOK_AGAIN_MS) await look();
      return known.map(({ dependency, validTo }) => ({
        value: (validTo.getTime() - now()) / 1_000,
        attributes: { dependency },
      }));
    },
  );
}
