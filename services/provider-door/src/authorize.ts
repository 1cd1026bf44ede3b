import { createHash, timingSafeEqual } from 'node:crypto';
import { HttpError } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import type { ProviderSecrets } from './config.ts';

/** Of one length, whatever was given: `timingSafeEqual` takes no others. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Lets through whoever has the secret of the provider in the path, as a bearer token (RFC 6750). A provider that has no
 * secret is refused as one whose secret is wrong: in the same words, and the same time.
 */
export const authorize =
  (secrets: ProviderSecrets): RequestHandler<{ provider: string }> =>
  (request, _response, next) => {
    const [, given = ''] = /^Bearer ([^\s]+)$/i.exec(request.get('Authorization') ?? '') ?? [];
    const right = secrets.get(request.params.provider);
    const same = timingSafeEqual(digest(given), digest(right ?? ''));
    if (right === undefined || !same)
      throw new HttpError(401, "The secret is not this provider's", { 'WWW-Authenticate': 'Bearer' });
    next();
  };
