import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NativeEngine, startMinio } from '@inkstream/native-stack';
import { afterAll, beforeAll } from 'vitest';

/** As long as its first build takes. */
const START_LIMIT_MS = 600_000;

/** A MinIO for the specs of this file alone, which they may kill. */
export function useOwnMinio(): () => NativeEngine {
  let engine: NativeEngine;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-minio-'));
    engine = await startMinio({ folder });
  }, START_LIMIT_MS);
  afterAll(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });
  return () => engine;
}
