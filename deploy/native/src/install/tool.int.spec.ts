import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { runTool } from './tool.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('names what to install if a tool is missing', async () => {
  vi.stubEnv('PATH', '/nowhere');
  await expect(runTool('MinIO', 'go', ['version'])).rejects.toThrow(/MinIO needs `go`.*Debian: golang-go/);
});

it('says what a tool said when it failed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-tool-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'java'), '#!/bin/sh\necho "Unrecognized option: $1" >&2\nexit 1\n', {
    mode: 0o755,
  });
  vi.stubEnv('PATH', folder);
  await expect(runTool('Kafka', 'java', ['-no-such-option'])).rejects.toThrow(
    /failed: Unrecognized option: -no-such-option/,
  );
});
