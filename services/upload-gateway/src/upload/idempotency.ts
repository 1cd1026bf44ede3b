import { createHash, randomUUID } from 'node:crypto';
import type { OpenJob } from '@inkstream/domain';
import { ConcurrencyError, type EventStore } from '@inkstream/event-store';
import { IDEMPOTENCY_STREAM_PREFIX } from '@inkstream/job-store';
import { HttpError } from '@inkstream/service-kit';
import { z } from 'zod';
import type { Assignment, Form } from './form.ts';

const VISIBLE = /^[\x21-\x7e]{1,255}$/;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const claimSchema = z.object({
  jobId: z.number().int().positive(),
  uid: z.uuid(),
  fingerprint: z.string(),
});
/** Which job an idempotency key stands for, which upload claimed it, and what was asked for under it. */
export type Claim = z.infer<typeof claimSchema>;

/**
 * The request's `Idempotency-Key`, null if it has none.
 *
 * @throws HttpError 400
 */
export function idempotencyKeyOf(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && VISIBLE.test(header)) return header;
  throw new HttpError(
    400,
    'Idempotency-Key: is empty, too long or not ASCII; it may have 1 to 255 visible ASCII characters',
  );
}

type Asked = Pick<Assignment, 'name' | 'sha256' | 'providers' | 'pages'>;

/** SHA-256 (hex) over a job's name and what was asked of its files. With one provider each as all releases make it. */
const fingerprint = (jobName: string, files: readonly Asked[]): string =>
  sha256(
    JSON.stringify([
      jobName,
      ...files.map(({ name, sha256, providers, pages }) => [
        name,
        sha256,
        ...providers,
        ...(pages ? [pages] : []),
      ]),
    ]),
  );

/** What makes two uploads the same: the job's name, and each file's name, content, providers and selected pages. */
export const fingerprintOf = ({ jobName, files }: Form): string => fingerprint(jobName, files);

/** The same of a job that is there: as it was uploaded, whatever came to it since. */
export function fingerprintOfJob({ name: jobName, files, executions, submitted }: OpenJob): string {
  const ofFile = Map.groupBy(executions.slice(0, submitted), ({ fileId }) => fileId);
  return fingerprint(
    jobName,
    files.map(({ id, originalName: name, sha256 }) => {
      const asked = ofFile.get(id) ?? [];
      return { name, sha256, providers: asked.map(({ provider }) => provider), pages: asked[0]?.pages };
    }),
  );
}

/** A key is its tenant's: another one's is another key. */
export type TenantKey = { readonly tenant: string; readonly key: string };

/** The name of the stream of a key. The housekeeper follows them by their prefix, and drops those that expire. */
const streamOf = ({ tenant, key }: TenantKey): string =>
  `${IDEMPOTENCY_STREAM_PREFIX}${sha256(JSON.stringify([tenant, key]))}`;

/** A claim, and its revision in the key's stream. */
export type HeldClaim = Claim & { readonly revision: number };

/**
 * Claims the key for this job, again `over` a claim whose job was abandoned. Returns the claim that holds: this one, or
 * the one that came first.
 *
 * @throws StaleReadError if another one came first that a read does not show yet.
 */
export async function claimKey(
  store: EventStore,
  key: TenantKey,
  claim: Claim,
  over?: HeldClaim,
): Promise<HeldClaim> {
  const stream = streamOf(key);
  const event = { id: randomUUID(), type: 'IdempotencyKeyClaimed', data: { ...claim }, metadata: {} };
  try {
    const { revision } = await store.append(stream, [event], { expected: over?.revision ?? 'no_stream' });
    return { ...claim, revision };
  } catch (error) {
    if (!(error instanceof ConcurrencyError)) throw error;
    const newest = { direction: 'backwards', limit: 1, atLeast: error.actual ?? 0 } as const;
    for await (const { data, revision } of store.read(stream, newest))
      return { ...claimSchema.parse(data), revision };
    throw error;
  }
}
