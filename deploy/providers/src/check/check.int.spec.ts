import { fileURLToPath } from 'node:url';
import { generateReceipt } from '@inkstream/testing';
import {
  type DoubledProvider,
  doubledVendors,
  type ProviderDouble,
  startDouble,
} from '@inkstream/testing/provider-doubles';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { checkVendor, hasFailed, linesOf, reportOf, type VendorCheck } from './check.ts';
import type { FixedReceipt } from './receipts.ts';
import type { Report } from './report.ts';
import { vendorsOf } from './vendors.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const KEY = 'AKIATESTKEYTESTKEY00';
/** What the check wants beside the vendor itself. */
const MORE: Partial<Record<DoubledProvider, NodeJS.ProcessEnv>> = {
  'llama-cpp': { LLAMA_CPP_MODEL: 'qwen3-vl-4b-instruct-q4_k_m.gguf' },
};
const LISTING: readonly DoubledProvider[] = ['openai', 'mistral', 'gemini', 'xai-grok', 'llama-cpp'];
const SILENT: readonly DoubledProvider[] = ['aws-textract', 'tab-scanner', 'paddle-ocr-api'];

const NOW = new Date('2026-11-30T12:00:00Z');
const nothing: Report = { version: 1, providers: {} };
type Options = Partial<Parameters<typeof checkVendor>[1]> & { readonly env?: NodeJS.ProcessEnv };

/** A vendor, and how its provider finds it. */
async function start(name: DoubledProvider) {
  const { vendor, env: envOf } = doubledVendors[name];
  const double = await startDouble(vendor, { key: KEY });
  onTestFinished(() => double.close());
  const variables = { ...envOf(double), ...MORE[name] };
  const check = async ({ env, ...options }: Options = {}): Promise<VendorCheck> => {
    const { configured } = await vendorsOf(ROOT, { ...variables, ...env });
    const [only, ...others] = configured;
    if (!only || others.length > 0) expect.unreachable('one vendor is configured');
    return checkVendor(only, { receipts: [], last: nothing, now: NOW, ...options });
  };
  return { double, check, model: (await vendorsOf(ROOT, variables)).configured[0]?.model ?? '' };
}
const bought = ({ bought: pages }: ProviderDouble) => [...pages.values()].reduce((sum, n) => sum + n, 0);

describe('the model that is configured', () => {
  it.each(LISTING)('is among those that are listed, and is missed once it is gone: %s', async (name) => {
    const { double, check, model } = await start(name);
    const there = await check();
    expect([there.check, hasFailed(there)]).toEqual([{ state: 'there' }, false]);
    double.models.retire(model);
    const gone = await check();
    expect([gone.check.state, hasFailed(gone)]).toEqual(['gone', true]);
    expect(linesOf(gone)[0]).toContain(`${name}: ${model} is gone`);
    expect(bought(double)).toBe(0);
  });

  it.each(SILENT)(
    'is not asked for where there is no list, whose vendor has to answer all the same: %s',
    async (name) => {
      const { double, check } = await start(name);
      expect((await check()).check).toEqual({ state: 'no_list' });
      double.takeKey(false);
      const refused = await check();
      expect([refused.check.state, hasFailed(refused)]).toEqual(['failed', true]);
      expect(linesOf(refused).join()).not.toContain(KEY);
      expect(bought(double)).toBe(0);
    },
  );

  it.each(['openai', 'mistral'] as const)(
    'is warned of 30 days before its vendor shuts it down: %s',
    async (name) => {
      const { double, check, model } = await start(name);
      double.models.end(model, '2026-12-20');
      const soon = await check();
      expect(soon.check).toEqual({ state: 'there', ends: '2026-12-20', daysLeft: 20 });
      expect(linesOf(soon)).toContain(`  warning: ${model} is shut down on 2026-12-20, in 20 days`);
      expect(hasFailed(soon)).toBe(false);
      double.models.end(model, '2027-01-15');
      expect(linesOf(await check())).toEqual([`${name}: ${model} is there until 2027-01-15`]);
    },
  );

  it.each([
    ['gemini', 'GEMINI_MODEL_ENDS'],
    ['xai-grok', 'XAI_MODEL_ENDS'],
  ] as const)(
    'is warned of by the day that the operator knows, of a vendor that says none: %s',
    async (name, variable) => {
      const { check } = await start(name);
      const soon = await check({ env: { [variable]: '2026-12-20' } });
      expect(soon.check).toMatchObject({ ends: '2026-12-20', daysLeft: 20 });
    },
  );

  it('is found by an alias, where the list has it under another name', async () => {
    const { check } = await start('xai-grok');
    expect((await check({ env: { XAI_MODEL: 'grok-4.20' } })).check.state).toBe('there');
    expect((await check({ env: { XAI_MODEL: 'grok-3' } })).check.state).toBe('gone');
  });

  it('is found on whatever page of the list', async () => {
    const { check } = await start('gemini');
    expect((await check({ env: { GEMINI_MODEL: 'gemini-flash-latest' } })).check.state).toBe('there');
  });
});

describe('the fixed receipts', () => {
  let receipt: Awaited<ReturnType<typeof generateReceipt>>;
  let receipts: readonly FixedReceipt[];
  beforeAll(async () => {
    receipt = await generateReceipt({ seed: 103, layout: 'cafe-my', width: 320, format: 'png' });
    const { image: bytes, mimeType, truth } = receipt;
    receipts = [{ name: 'cafe.png', bytes, mimeType, total: truth.fields.total ?? '' }];
  });

  /** What a vendor makes of them whose reading of the total is this. */
  async function read(total: string | null | undefined, last: Report) {
    const { double, check } = await start('openai');
    const { truth } = receipt;
    const known = truth.fields.total ?? '';
    const said = total ?? known;
    const lines = truth.lines.map((line) => ({ ...line, text: line.text.replaceAll(known, said) }));
    await double.know(receipt.image, { ...truth, lines, fields: { ...truth.fields, total: said } });
    return { double, done: await check({ receipts, last }) };
  }

  it('are read once, and what differs from the last time is named, and nothing else', async () => {
    const first = await read(null, nothing);
    expect(first.done.drift).toEqual([]);
    expect(bought(first.double)).toBe(1);
    const known = receipt.truth.fields.total;
    const reported = reportOf(nothing, [first.done], NOW);
    expect(reported.providers.openai?.['cafe.png']).toMatchObject({
      model: 'gpt-6-luna-2026-08-06',
      fields: { total: known },
    });
    expect((await read(null, reported)).done.drift).toEqual([]);

    const { done } = await read('1.23', reported);
    const differences = done.drift.flatMap((one) => one.differences);
    expect(differences).toContainEqual({ field: 'total', before: known, now: '1.23' });
    expect(differences.every(({ field }) => field === 'total')).toBe(true);
    expect(linesOf(done)).toContain(`  cafe.png: total is "1.23", was "${known}" on 2026-11-30`);
    // A report, and no failure: whether it matters is for a person to say.
    expect(hasFailed(done)).toBe(false);
    expect(linesOf(done)[1]).toMatch(/^ {2}1 of 1 receipts read, for 0\.\d+ cents$/);
  });

  it('that cannot be read are a failure, and stay as they were in the report', async () => {
    const { done: first } = await read(null, nothing);
    const last = reportOf(nothing, [first], NOW);
    const { double, check } = await start('openai');
    double.fail(1, { kind: 'answer', status: 500, body: 'no' });
    const failed = await check({ receipts, last });
    expect([hasFailed(failed), failed.drift]).toEqual([true, []]);
    expect(reportOf(last, [failed], new Date())).toEqual(last);
  });

  it('are not bought of a vendor whose model is gone', async () => {
    const { double, check, model } = await start('openai');
    double.models.retire(model);
    expect((await check({ receipts })).readings).toBeNull();
    expect(bought(double)).toBe(0);
  });
});

it('has no vendor to ask without a key, and names what each wants', async () => {
  const { configured, missing } = await vendorsOf(ROOT, {});
  expect(configured).toEqual([]);
  expect(missing).toContain('openai (OPENAI_API_KEY)');
  expect(missing).toHaveLength(Object.keys(doubledVendors).length);
});
