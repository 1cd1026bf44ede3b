import type { Client } from 'minio';
import { call } from './call.ts';

/** The part of a logger (pino's, for one) that is used here. */
export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/**
 * A rule for unfinished uploads alone: only the orphan sweep can tell which objects nobody needs; their age tells
 * nothing. S3, "Abort incomplete multipart uploads".
 */
const LIFECYCLE = {
  Rule: [
    {
      ID: 'inkstream-unfinished-uploads',
      Status: 'Enabled',
      Filter: { Prefix: '' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
  ],
};

/** Makes the bucket if it is missing. One that is there is its owner's: nothing of it is changed. */
export async function ensureBucket(client: Client, bucket: string, region: string, log: Log): Promise<void> {
  const exists = () => call(() => client.bucketExists(bucket));
  if (await exists()) return;
  try {
    await call(() => client.makeBucket(bucket, region), { idempotent: false });
  } catch (error) {
    // Somebody else may have made it in between.
    if (await exists()) return;
    throw error;
  }
  log.info({ bucket }, 'the bucket was made');
  await call(() => client.setBucketLifecycle(bucket, LIFECYCLE)).catch((err) =>
    // MinIO has no such rule, and removes unfinished uploads after a day by itself (stale_uploads_expiry).
    log.info({ bucket, err }, 'the bucket takes no rule for unfinished uploads'),
  );
}
