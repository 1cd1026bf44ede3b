import { ocrResultSchema } from '@inkstream/contracts';
import { completeResult, type Engine, readDocument } from '@inkstream/provider-kit';
import { type DistortionKind, localePicture, locales } from '@inkstream/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEngine } from './engine.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ model: 'default', maxPages: 1 }, { log: () => {}, native: (call) => call() });
});
afterAll(() => engine.close?.());

const PICTURES: readonly (readonly [tag: string, kind: DistortionKind])[] = [
  ['de-DE', 'tilted'],
  ['pl-PL', 'crumpled'],
  ['tr-TR', 'curved'],
  ['pt-BR', 'shadowed'],
  ['en-IN', 'cluttered'],
  ['fi-FI', 'faded'],
];

/** More of these are read by `npm run bench:accuracy -- --locales 11`. */
test.each(PICTURES)('a receipt of %s that is %s is read as it was made', async (tag, kind) => {
  const locale = locales.find((one) => one.tag === tag);
  if (!locale) throw new RangeError(`no locale ${tag}`);
  const { image, receipt: made } = await localePicture(locale, { seed: 5, kind });
  const recognition = await readDocument(engine, { bytes: image, mimeType: 'image/jpeg' });
  const { json } = completeResult(recognition);
  const { receipt } = ocrResultSchema.parse(JSON.parse(new TextDecoder().decode(json)));
  const names = ['merchant', 'date', 'currency', 'total'] as const;
  const valuesOf = (value: (name: (typeof names)[number]) => unknown) =>
    Object.fromEntries(names.map((name) => [name, value(name)]));
  expect(valuesOf((name) => receipt?.[name]?.value)).toEqual(valuesOf((name) => made.fields[name]));
  expect(receipt?.items.map(({ amount }) => amount)).toEqual(made.fields.items.map(({ amount }) => amount));
  expect(receipt?.total?.confidence).toBeGreaterThan(0.8);
});
