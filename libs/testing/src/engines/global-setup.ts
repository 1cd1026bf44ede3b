import { createServer } from 'node:http';
import type { EngineKind } from '@inkstream/native-stack';
import { type BrokerAnswer, brokerVariable } from './engine.ts';
import type { Engines } from './engines.ts';

/**
 * Vitest's global setup: serves `engine(kind)` to the workers on a port of 127.0.0.1, and ends at the end of the run
 * what it started. Until the first request nothing is loaded or started, so a run without engines pays nothing.
 */
export default async function setup(): Promise<() => Promise<void>> {
  let engines: Promise<Engines> | undefined;
  const open = async () =>
    (await import('./engines.ts')).openEngines((line) => process.stderr.write(`engines: ${line}\n`));
  const answer = async (kind: string): Promise<BrokerAnswer> => {
    try {
      engines ??= open();
      return { engine: await (await engines).engine(kind as EngineKind) };
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
  process.env[brokerVariable] = `http://127.0.0.1:${address.port}`;
  return async () => {
    server.close();
    server.closeAllConnections();
    await (await engines)?.close();
  };
}
