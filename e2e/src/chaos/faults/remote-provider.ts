import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from './fault.ts';

/** How a remote API misbehaves. */
type Misbehaviour = 'outage' | 'hang' | 'storm of 429' | 'lost key';

const answers: Readonly<Record<Misbehaviour | 'well', (response: ServerResponse) => void>> = {
  well: (response) => response.writeHead(200).end(),
  outage: (response) => response.writeHead(503).end(),
  hang: () => {},
  'storm of 429': (response) => response.writeHead(429, { 'retry-after': '1' }).end(),
  'lost key': (response) => response.writeHead(401).end(),
};

/** The remote API that every replica of `echo` asks before it reads a document. */
export interface RemoteProvider {
  readonly url: string;
  readonly faults: readonly Fault[];
  close(): Promise<void>;
}

export async function startRemoteProvider(): Promise<RemoteProvider> {
  let answer = answers.well;
  const server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const fault = (name: Misbehaviour): Fault => ({
    kind: 'provider',
    name: `${name} of the provider`,
    victim: 'the remote provider',
    lastsMs: [4_000, 12_000],
    begin: async () => {
      answer = answers[name];
    },
    end: async () => {
      answer = answers.well;
      // Those that hang would hang on.
      server.closeAllConnections();
    },
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    faults: (['outage', 'hang', 'storm of 429', 'lost key'] as const).map(fault),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
