import { createHash, randomUUID } from 'node:crypto';
import { ConcurrencyError, type EventStore } from '@inkstream/event-store';
import { HttpError } from '@inkstream/service-kit';
import { z } from 'zod';
import type { Form } from './form.ts';

const VISIBLE = /^[\x21-\x7e]{1,255}$/;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const claimSchema = z.object({ jobId: z.number().int().positive(), fingerprint: z.string() });
/** Which job an idempotency key stands for, and what was asked for under it. */
export type Claim = z.infer<typeof claimSchema>;

/**
 * The request's `Idempotency-Key`, null where it has none.
 *
 * @throws HttpError 400
 */
export function idempotencyKeyOf(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && VISIBLE.test(header)) return header;
  throw new HttpError(400, 'Idempotency-Key: must be 1 to 255 visible ASCII characters');
}

/** What makes two uploads the same: SHA-256 (hex) over the job's name and each file's name, content and provider. */
export const fingerprintOf = ({ jobName, files }: Form): string =>
  sha256(JSON.stringify([jobName, ...files.map(({ name, sha256, provider }) => [name, sha256, provider])]));

/** Claims the key for this job. Returns the claim that holds: this one, or the one that came first. */
export async function claimKey(store: EventStore, key: string, claim: Claim): Promise<Claim> {
  const stream = `idempotency-${sha256(key)}`;
  const event = { id: randomUUID(), type: 'IdempotencyKeyClaimed', data: { ...claim }, metadata: {} };
  try {
    await store.append(stream, [event], { expected: 'no_stream' });
    return claim;
  } catch (error) {
    if (!(error instanceof ConcurrencyError)) throw error;
    for await (const { data } of store.read(stream, { limit: 1 })) return claimSchema.parse(data);
    throw error;
  }
}
