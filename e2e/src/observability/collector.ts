import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { collectorIfInstalled } from '@inkstream/native-stack';
import { freePort } from '../support/free-port.ts';
import { waitFor } from '../support/wait-for.ts';
import { ROOT } from './rules.ts';

/** The collector that `npm run collector` builds; null if it was not. */
export const collector = collectorIfInstalled();

/** Where a configuration of deploy/observability is. */
export const configuration = (name: 'collector' | 'logs'): string =>
  join(ROOT, `deploy/observability/${name}.yaml`);

/** Runs a collector by this configuration, until it is disposed of. */
export function runCollector(
  name: 'collector' | 'logs',
  env: Readonly<Record<string, string>>,
  settings: readonly string[] = [],
): AsyncDisposable {
  if (collector === null) throw new Error('`npm run collector` was not run');
  // Its own metrics have a fixed port.
  const all = ['service.telemetry.metrics.level=none', ...settings].map((setting) => `--set=${setting}`);
  const child = spawn(collector, [`--config=${configuration(name)}`, ...all], { stdio: 'ignore', env });
  const ended = once(child, 'exit');
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A collector as in compose, whose traces nobody keeps. */
export async function startCollector(): Promise<
  AsyncDisposable & { readonly endpoint: string; readonly metrics: string }
> {
  const [http, grpc, metrics, jaeger] = await Promise.all(
    Array.from({ length: 4 }, async () => `127.0.0.1:${await freePort()}`),
  );
  const running = runCollector('collector', {
    OTLP_HTTP: `${http}`,
    OTLP_GRPC: `${grpc}`,
    METRICS_ENDPOINT: `${metrics}`,
    JAEGER_ENDPOINT: `${jaeger}`,
  });
  const isThere = () =>
    fetch(`http://${metrics}/metrics`).then(
      ({ ok }) => ok,
      () => false,
    );
  await waitFor('the collector', isThere, Boolean);
  return { ...running, endpoint: `http://${http}`, metrics: `${metrics}` };
}
