import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

it('runs once with the variables of a service, whose port of metrics is taken', async () => {
  const service = createServer((_request, response) => response.writeHead(401).end('who?'));
  onTestFinished(() => void service.close());
  await once(service.listen(0, '127.0.0.1'), 'listening');
  const port = String((service.address() as AddressInfo).port);
  const env = {
    ...process.env,
    CANARY_URL: `http://127.0.0.1:${port}`,
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_PORT: port,
  };
  const { code, stdout } = await new Promise<{ code: unknown; stdout: string }>((resolve) =>
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', MAIN, '--once'],
      { env },
      (error, stdout) => resolve({ code: error?.code, stdout }),
    ),
  );
  expect(stdout).toMatch(/^failed after .* s: POST \/ocr-jobs\/upload: 401 who\?\n$/);
  expect(code).toBe(1);
});
