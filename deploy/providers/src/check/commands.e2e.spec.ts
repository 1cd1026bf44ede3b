import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GeneratedReceipt, generateReceipt, type ReceiptOptions } from '@inkstream/testing';
import { mistral, openai, type ProviderDouble, startDouble } from '@inkstream/testing/provider-doubles';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { samples } from '../../../../libs/testing/tools/samples.ts';

let folder: string;
let doubles: { readonly openai: ProviderDouble; readonly mistral: ProviderDouble };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provider-check-'));
  doubles = { openai: await startDouble(openai), mistral: await startDouble(mistral) };
});
afterEach(async () => {
  await doubles.openai.close();
  await doubles.mistral.close();
  await rm(folder, { recursive: true });
});

const made = Object.values(samples).map((options: ReceiptOptions) =>
  // Pages of a PDF are sent as pictures.
  generateReceipt({ ...options, ...(options.format === 'pdf' && { format: 'png' }) }),
);

/** The vendors know what is on the receipts of `samples`: what each says, or what one of them does. */
async function knowSamples(truthOf = (of: GeneratedReceipt) => of.truth): Promise<void> {
  for (const receipt of await Promise.all(made))
    for (const double of Object.values(doubles)) await double.know(receipt.image, truthOf(receipt));
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
/** Runs the command in a process that has these variables, and none of this machine's keys. */
function run(command: string, env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> {
  const path = fileURLToPath(new URL(`./${command}.ts`, import.meta.url));
  const all = { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...env };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', path, ...args],
      { env: all, cwd: folder },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}
const keys = () => ({
  OPENAI_API_KEY: 'test-key',
  OPENAI_BASE_URL: `${doubles.openai.url}/v1`,
  MISTRAL_API_KEY: 'test-key',
  MISTRAL_BASE_URL: doubles.mistral.url,
});

describe('npm run providers:check', () => {
  it('reads the receipts, keeps what was read for the next time, and ends with 1 once a model is gone', async () => {
    await knowSamples();
    const report = join(folder, 'kept.json');
    const first = await run('main', keys(), '--report', report);
    expect(first).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('gemini (GEMINI_API_KEY)'),
      stdout: expect.stringMatching(
        /^mistral: mistral-ocr-latest is there\n {2}5 of 5 receipts read, for 2.5 cents\nopenai: gpt-6-luna is there\n {2}5 of 5 receipts read, for [\d.]+ cents\n$/,
      ),
    });
    const kept = JSON.parse(await readFile(report, 'utf8'));
    expect(kept.providers.mistral['restaurant-uk.pdf'].fields.total).toBeDefined();
    // The same again: nothing differs.
    expect(await run('main', keys(), '--report', report)).toMatchObject({ code: 0, stdout: first.stdout });
    const bought = () => doubles.openai.calls.filter(({ kind }) => kind === 'purchase').length;
    expect(bought()).toBe(10);
    doubles.openai.models.retire('gpt-6-luna');
    const gone = await run('main', keys(), '--report', report, '--models');
    expect(gone.code).toBe(1);
    expect(gone.stdout).toContain('openai: gpt-6-luna is gone');
    expect(bought()).toBe(10);
  });
});

describe('npm run test:live', () => {
  it('calls every vendor whose key there is, and says in cents what that cost', async () => {
    await knowSamples();
    const { code, stdout } = await run('live', keys());
    expect(stdout).toMatch(/^passed mistral: [45] of 5 totals, for 2.5 cents$/m);
    expect(stdout).toMatch(/^passed openai: [45] of 5 totals, for [\d.]+ cents$/m);
    expect(stdout).toMatch(/^2 of 2 vendors passed, 6 not run; all together for [\d.]+ cents$/m);
    expect(stdout).toContain('not run gemini (GEMINI_API_KEY)');
    expect(code).toBe(0);
  });

  it('fails if a vendor does not read, or reads totals wrong', async () => {
    const { openai: double } = doubles;
    double.takeKey(false);
    const { code, stdout } = await run('live', {
      OPENAI_API_KEY: 'test-key',
      OPENAI_BASE_URL: `${double.url}/v1`,
    });
    expect(code).toBe(1);
    expect(stdout).toContain('FAILED openai: 0 of 5 totals');
    expect(stdout).toContain('cafe-my-faded.png: OpenAI refused the key');
    double.takeKey(true);
    const [{ truth: same } = expect.unreachable('there are samples')] = await Promise.all(made);
    await knowSamples(() => same);
    const wrong = await run('live', { OPENAI_API_KEY: 'test-key', OPENAI_BASE_URL: `${double.url}/v1` });
    expect(wrong.code).toBe(1);
    // One of them, and what the double reads itself, as it does not look alike enough.
    expect(wrong.stdout).toMatch(/^FAILED openai: [12] of 5 totals/m);
  });

  it('says that nothing was tested if there is no key', async () => {
    const { code, stdout } = await run('live', {});
    expect(stdout).toContain('No vendor was called: none is configured. Nothing was tested');
    expect(stdout).not.toContain('passed');
    expect(code).toBe(0);
  });
});
