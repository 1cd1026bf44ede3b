import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ROOT, RULES } from './rules.ts';

/** Runs promtool, of Debian's package `prometheus`; rejects with what it printed if it finds a fault. */
const promtool = (folder: string, ...args: string[]) =>
  promisify(execFile)('sh', ['-c', `promtool ${args.join(' ')}`], { cwd: folder }).catch(
    ({ stdout, stderr }) => {
      throw new Error(`${stdout}${stderr}`);
    },
  );

it('Prometheus takes its configuration and every rule', async () => {
  await promtool(RULES, 'check', 'rules', '--lint-fatal', '*.yaml');
  const { stdout } = await promtool(join(ROOT, 'deploy/observability'), 'check config prometheus.yaml');
  expect(stdout).toContain('rule files found');
});

it('every alert fires if it should, and is silent otherwise', async () => {
  await promtool(RULES, 'test', 'rules', 'tests/*.yaml');
});

it('a threshold that is moved is noticed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-rules-'));
  try {
    await cp(RULES, folder, { recursive: true });
    const flow = join(folder, 'flow.yaml');
    const text = await readFile(flow, 'utf8');
    await writeFile(
      flow,
      text.replace('inkstream_relay_delay_seconds) > 60', 'inkstream_relay_delay_seconds) > 90'),
    );
    await expect(promtool(folder, 'test', 'rules', 'tests/flow.yaml')).rejects.toThrow('RelayBehind');
  } finally {
    await rm(folder, { recursive: true });
  }
});
