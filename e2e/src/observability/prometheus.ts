import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from '../support/free-port.ts';
import { waitFor } from '../support/wait-for.ts';
import { RULES } from './rules.ts';

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

export interface Prometheus extends AsyncDisposable {
  readonly url: string;
  /** The series that a query returns now. @throws Error with what Prometheus says of a query that is wrong. */
  query(expr: string): Promise<readonly Series[]>;
}

/**
 * Debian's Prometheus, with our rules, which it evaluates each second, as often as it scrapes.
 *
 * @param targets what is scraped, `127.0.0.1:9464`, by the name of its job.
 */
export async function startPrometheus(targets: Readonly<Record<string, string>>): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-prometheus-'));
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(RULES, '*.yaml')],
    scrape_configs: Object.entries(targets).map(([job_name, target]) => ({
      job_name,
      honor_labels: true,
      static_configs: [{ targets: [target] }],
    })),
  };
  await writeFile(join(folder, 'prometheus.yaml'), stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--enable-feature=exemplar-storage',
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  const url = `http://${address}`;
  const isReady = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await waitFor('Prometheus', isReady, Boolean);
  return {
    url,
    async query(expr) {
      const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expr })}`);
      const { data, error } = (await answer.json()) as { data?: { result: Series[] }; error?: string };
      if (!data) throw new Error(`${error}: ${expr}`);
      return data.result;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
