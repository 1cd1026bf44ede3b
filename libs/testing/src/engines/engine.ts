import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { EngineKind } from '@inkstream/native-stack';
import { fromEnvironment } from './environment.ts';

/** An engine that serves, and where it came from: tests on a double say so in their names. */
export interface Engine {
  /** The configuration's variables for it, such as `KAFKA_BROKERS`. */
  readonly env: Readonly<Record<string, string>>;
  readonly from: 'environment' | 'container' | 'native' | 'wire double';
}

/** Where specs reach the engines of their run; the global setup sets it. */
export const brokerVariable = 'INKSTREAM_ENGINE_BROKER';
export type BrokerAnswer = { readonly engine: Engine } | { readonly fault: string };

/**
 * The engine of this test run, started at the first request: one of each kind for all specs, so use topics, databases,
 * buckets and streams of your own. Await it at the top of a spec: the first start may take longer than a hook may.
 *
 * @throws if it cannot be had, with the reason.
 */
export async function engine(kind: EngineKind): Promise<Engine> {
  const named = fromEnvironment(kind);
  if (named) return named;
  const broker = process.env[brokerVariable];
  if (!broker)
    throw new Error(`No engine ${kind}: run by vitest from the root, or set its variables (npm run stack).`);
  const answer = await ask(`${broker}/${kind}`);
  if ('fault' in answer) throw new Error(`No engine ${kind}: ${answer.fault}`);
  return answer.engine;
}

/** fetch would give up after five minutes, which a first install may take. */
const ask = (url: string): Promise<BrokerAnswer> =>
  new Promise((resolve, reject) => {
    get(url, { signal: AbortSignal.timeout(20 * 60_000) }, (response) => {
      text(response).then((body) => resolve(JSON.parse(body)), reject);
    }).on('error', reject);
  });
