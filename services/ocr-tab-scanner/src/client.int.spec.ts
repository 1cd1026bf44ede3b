import { type PageCall, Secret } from '@inkstream/provider-kit';
import { generateReceipt } from '@inkstream/testing';
import { type ProviderDouble, startDouble, tabScanner } from '@inkstream/testing/provider-doubles';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tabScannerClient } from './client.ts';

let double: ProviderDouble;
beforeEach(async () => {
  double = await startDouble(tabScanner);
});
afterEach(() => double.close());

const client = () =>
  tabScannerClient({
    baseUrl: double.url,
    key: new Secret('TAB_SCANNER_API_KEY', 'test-key'),
    firstMs: 5,
    everyMs: 5,
    spent: { usage: { pages: 1 } },
  });
function callFrom(noted: string | null): PageCall & { noted(): string | null } {
  let text = noted;
  const note = {
    get: async () => text,
    set: async (next: string) => {
      text = next;
    },
  };
  return { signal: AbortSignal.timeout(20_000), note, noted: () => text };
}
async function picture(width: number) {
  const { image, truth } = await generateReceipt({ seed: 103, layout: 'cafe-my', width });
  await double.know(image, truth);
  const { image: size, fields } = truth;
  return { page: { number: 1, bytes: image, mimeType: 'image/jpeg', ...size } as const, fields };
}

it('takes a picture that is accepted though it is small, as any other', async () => {
  for (const width of [200, 800]) {
    const { page, fields } = await picture(width);
    const { result } = await client().read(page, callFrom(null));
    expect(result).toMatchObject({ total: Number(fields.total), establishment: fields.merchant });
  }
});

it('goes on with a token that was noted, and buys again if that is not known any more', async () => {
  const { page } = await picture(200);
  const first = callFrom(null);
  await client().read(page, first);
  await client().read(page, callFrom(first.noted()));
  expect([...double.bought.values()]).toEqual([1]);
  const old = callFrom('of-last-year');
  await client().read(page, old);
  expect([...double.bought.values()]).toEqual([2]);
  expect(old.noted()).toMatch(/^[0-9a-f]{16}$/);
});

it('says what a picture cost that could not be read, and nothing of one that was not accepted', async () => {
  const page = {
    number: 1,
    bytes: new Uint8Array(2_000),
    mimeType: 'image/jpeg',
    width: 9,
    height: 9,
  } as const;
  const notRead = {
    code: 'invalid_result',
    message: expect.stringContaining('OCR'),
    spent: { usage: { pages: 1 } },
  };
  await expect(client().read(page, callFrom(null))).rejects.toMatchObject(notRead);
  double.setCredit(0);
  await expect(client().read(page, callFrom(null))).rejects.toMatchObject({
    code: 'credit_exhausted',
    spent: undefined,
  });
});

it('knows the credit', async () => {
  expect(await client().credit(AbortSignal.timeout(5_000))).toBe(100);
});
