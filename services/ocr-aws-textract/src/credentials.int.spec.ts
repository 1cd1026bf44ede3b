import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { provider } from './provider.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'textract-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What a process with these variables says that the provider wants; null if it is configured. */
async function wanted(env: Record<string, string>): Promise<string | null> {
  const script = `const { provider } = await import(${JSON.stringify(new URL('./provider.ts', import.meta.url))});
    const configured = await provider.configure(process.env);
    process.stdout.write(JSON.stringify('wants' in configured ? configured.wants : null), () => process.exit());`;
  const files = {
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...files, ...env } });
  return JSON.parse(stdout);
}

it('runs with whatever credentials the chain of the SDK finds, such as those of a profile', async () => {
  const region = { AWS_REGION: 'us-east-1' };
  expect(await wanted(region)).toMatch(/^AWS_ACCESS_KEY_ID/);
  const keys = 'aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = example\n';
  await writeFile(join(folder, 'credentials'), `[receipts]\n${keys}`);
  expect(await wanted({ ...region, AWS_PROFILE: 'receipts' })).toBeNull();
  expect(await wanted({ AWS_PROFILE: 'receipts' })).toBe('AWS_REGION');
});

it('takes no region that would make a host of somebody else', async () => {
  for (const AWS_REGION of ['evil.example/#', 'us east', '../..'])
    await expect(provider.configure({ AWS_REGION })).rejects.toThrow('AWS_REGION: must be a region');
});
