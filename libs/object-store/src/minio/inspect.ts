import { buffer } from 'node:stream/consumers';
import { type Access, clientOf } from './client.ts';
import { codeOf } from './faults.ts';
import { withSignal } from './transport.ts';

/** Belongs to no job; services that run beside this write and delete another one. */
const PROBE_KEY = 'health/doctor';
const PROBE = Buffer.from('0');
/** Codes that say nothing about rights: of the system, and of a server that fails. */
const NO_ANSWER = /^(E[A-Z_]+|HTTP_\d+)$/;

/** A proxy or another program may answer 200 to whatever it is asked. */
function assertProbe(read: Buffer): void {
  if (!read.equals(PROBE))
    throw new Error('answers, but is no S3 store: it gives back other bytes than it was given');
}

type Step = 'list' | 'write' | 'read' | 'delete';

/**
 * - `usable`: objects of the bucket can be listed, written, read and deleted.
 * - `no_bucket`: it is not there; the first service to start makes it, if its key may.
 * - `refused`: the first of these that was, and S3's code of why, such as `AccessDenied` or `InvalidAccessKeyId`.
 */
export type MinioState =
  | { readonly state: 'usable' | 'no_bucket' }
  | { readonly state: 'refused'; readonly what: Step; readonly code: string };

/**
 * Tries everything that services do with the bucket, on an object that belongs to nobody. Makes no bucket.
 *
 * @throws what says that the server does not answer; the signal's reason.
 */
export async function inspectMinio(access: Access, signal: AbortSignal): Promise<MinioState> {
  const { client, agent } = clientOf(access);
  const { bucket } = access;
  const steps: readonly (readonly [Step, () => Promise<unknown>])[] = [
    ['list', () => client.listObjectsQuery(bucket, PROBE_KEY, '', { Delimiter: '', MaxKeys: 1 })],
    ['write', () => client.putObject(bucket, PROBE_KEY, PROBE)],
    ['read', async () => assertProbe(await buffer(await client.getObject(bucket, PROBE_KEY)))],
    ['delete', () => client.removeObject(bucket, PROBE_KEY)],
  ];
  try {
    for (const [what, step] of steps)
      try {
        await withSignal(signal, step);
      } catch (error) {
        const code = codeOf(error);
        if (code === 'NoSuchBucket') return { state: 'no_bucket' };
        if (code === null || NO_ANSWER.test(code)) throw error;
        return { state: 'refused', what, code };
      }
    return { state: 'usable' };
  } finally {
    agent.destroy();
  }
}
