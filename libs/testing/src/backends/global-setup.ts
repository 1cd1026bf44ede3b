import { createServer } from 'node:http';
import type { BackendKind } from '@inkstream/native-stack';
import { type Answer, urlVariable } from './backend.ts';
import type { Backends } from './backends.ts';

/**
 * Vitest's global setup: serves `backend(kind)` to the workers on a port of 127.0.0.1, and ends at the end of the run
 * what it started. Until the first request nothing is loaded or started, so a run without backends pays nothing.
 */
export default async function setup(): Promise<() => Promise<void>> {
  let backends: Promise<Backends> | undefined;
  const open = async () =>
    (await import('./backends.ts')).openBackends((line) => process.stderr.write(`backends: ${line}\n`));
  const answer = async (kind: string): Promise<Answer> => {
    try {
      backends ??= open();
      return { backend: await (await backends).backend(kind as BackendKind) };
    } catch (error) {
      return { fault: error instanceof Error ? error.message : String(error) };
    }
  };
  const server = createServer(async (request, response) => {
    response.end(JSON.stringify(await answer((request.url ?? '').slice(1))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('no port');
  process.env[urlVariable] = `http://127.0.0.1:${address.port}`;
  return async () => {
    server.close();
    server.closeAllConnections();
    await (await backends)?.close();
  };
}
