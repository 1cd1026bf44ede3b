import { afterEach, expect, it, vi } from 'vitest';
import { runTool } from './tool.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('names what to install if a tool is missing', async () => {
  vi.stubEnv('PATH', '/nowhere');
  await expect(runTool('MinIO', 'go', ['version'])).rejects.toThrow(/MinIO needs `go`.*Debian: golang-go/);
});

it('says what a tool said when it failed', async () => {
  await expect(runTool('Kafka', 'java', ['-no-such-option'])).rejects.toThrow(/no-such-option/);
});
