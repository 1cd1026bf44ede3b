import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { BackendKind } from '@inkstream/native-stack';
import { fromEnvironment } from './environment.ts';

/** A backend that serves, and where it came from: tests on a double say so in their names. */
export interface Backend {
  /** The configuration's variables for it, such as `KAFKA_BROKERS`. */
  readonly env: Readonly<Record<string, string>>;
  readonly from: 'environment' | 'container' | 'native' | 'wire double';
}

/** Where specs reach the backends of their run; the global setup sets it. */
export const urlVariable = 'INKSTREAM_BACKENDS_URL';
export type Answer = { readonly backend: Backend } | { readonly fault: string };

/**
 * The backend of this test run, started at the first request: one of each kind for all specs, so use topics, databases,
 * buckets and streams of your own. Await it at the top of a spec: the first start may take longer than a hook may.
 *
 * @throws if it cannot be had, with the reason.
 */
export async function backend(kind: BackendKind): Promise<Backend> {
  const named = fromEnvironment(kind);
  if (named) return named;
  const url = process.env[urlVariable];
  if (!url)
    throw new Error(`No backend ${kind}: run by vitest from the root, or set its variables (npm run stack).`);
  const answer = await ask(`${url}/${kind}`);
  if ('fault' in answer) throw new Error(`No backend ${kind}: ${answer.fault}`);
  return answer.backend;
}

/** fetch would give up after five minutes, which a first install may take. */
const ask = (url: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    get(url, { signal: AbortSignal.timeout(20 * 60_000) }, (response) => {
      text(response).then((body) => resolve(JSON.parse(body)), reject);
    }).on('error', reject);
  });
