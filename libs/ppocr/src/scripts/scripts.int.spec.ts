import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPpocr, type Ppocr, readImage } from '../index.ts';

/** A page for each script, of words and prices, which `tools/build-models/render_pages.py` draws. */
const page = (name: string) => fileURLToPath(new URL(`./spec-support/pages/${name}`, import.meta.url));
type Truth = Record<string, { language: string; rows: [word: string, price: string][] }>;
const truth = JSON.parse(readFileSync(page('truth.json'), 'utf8')) as Truth;

const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s()（）]/g, '');

/** How many characters of the longer of two texts have to change for the other, as part of them. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + Number(a[i - 1] !== b[j - 1])));
    }
    row = next;
  }
  return row[b.length]! / Math.max(1, a.length, b.length);
}

/** For each text wanted, how far the nearest line is from it, in the mean. */
function errorRate(lines: readonly { text: string }[], wanted: readonly string[]): number {
  const read = lines.map(({ text }) => plain(text));
  const errors = wanted.map((text) => Math.min(1, ...read.map((line) => distance(line, plain(text)))));
  return errors.reduce((a, b) => a + b, 0) / errors.length;
}

let engine: Ppocr;
beforeAll(async () => {
  engine = await createPpocr({ model: 'default' });
});
afterAll(() => engine.close());

describe.each(Object.entries(truth))('a page in %s', (script, { rows }) => {
  test('is read, words and prices, and nobody has to say what it is written in', async () => {
    const { lines, rotation, warnings } = await engine.recognise(await readImage(page(`${script}.png`)));
    const error = errorRate(
      lines,
      rows.map(([word]) => word),
    );
    console.info(`${script}: ${error.toFixed(3)}`);
    expect(rotation).toBe(0);
    expect(error).toBeLessThan(0.25);
    expect(
      errorRate(
        lines,
        rows.map(([, price]) => price),
      ),
    ).toBeLessThan(0.02);
    expect(warnings ?? []).toEqual([]);
  });
});

test.each(['Thai', 'Hebr', 'Arab', 'Cyrl', 'Hani'])(
  'a page in %s that is upside down is turned',
  async (script) => {
    const turned = await sharp(page(`${script}.png`))
      .rotate(180)
      .png()
      .toBuffer();
    const { lines, rotation } = await engine.recognise(await readImage(turned));
    expect(rotation).toBe(180);
    expect(
      errorRate(
        lines,
        truth[script]!.rows.map(([word]) => word),
      ),
    ).toBeLessThan(0.25);
  },
);

describe('an engine for few languages', () => {
  let narrow: Ppocr;
  beforeAll(async () => {
    narrow = await createPpocr({ model: 'default', languages: ['en', 'ru'] });
  });
  afterAll(() => narrow.close());

  test('reads their scripts', async () => {
    const { lines, warnings } = await narrow.recognise(await readImage(page('Cyrl.png')));
    expect(
      errorRate(
        lines,
        truth.Cyrl!.rows.map(([word]) => word),
      ),
    ).toBeLessThan(0.25);
    expect(warnings ?? []).toEqual([]);
  });

  test('warns of a page in another, and is sure of nothing but its numbers', async () => {
    const { lines, warnings } = await narrow.recognise(await readImage(page('Thai.png')));
    expect(warnings).toMatchObject([
      { code: 'script_not_supported', message: expect.stringMatching(/Thai/) },
    ]);
    for (const { text, confidence } of lines)
      if (!/^[\d.]+$/.test(text)) expect(confidence).toBeLessThanOrEqual(0.5);
  });
});
