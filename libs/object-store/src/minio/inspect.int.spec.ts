import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { inspectMinio } from './inspect.ts';

it('is not content with a server that answers everything and keeps nothing', async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('<html>welcome</html>'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const access = {
    url: `http://127.0.0.1:${port}`,
    accessKey: 'key',
    secretKey: 'secret',
    bucket: 'inkstream',
    region: undefined,
  };
  await expect(inspectMinio(access, AbortSignal.timeout(10_000))).rejects.toThrow('is no S3 store');
});
