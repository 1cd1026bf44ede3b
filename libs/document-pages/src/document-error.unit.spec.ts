import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** A reason; then the limit, or what to do. In ASCII, as what a decoder says has to be. */
const FORM = /^[\x20-:<-\x7e]{10,}; [\x20-:<-\x7e]{5,}$/;

const said = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
  .flatMap((name) => {
    const code = readFileSync(join(import.meta.dirname, name), 'utf8');
    const found = code.matchAll(/(?:DocumentError\(\s*'\w+',|message =)\s*(['`])([\s\S]*?)\1[,;)\s]/g);
    return Array.from(found, ([, , text = '']) => [text.replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, 'value')]);
  });

describe('why a document is not read is said with what to do, in one sentence:', () => {
  test('all of it is looked at', () => {
    expect(said.length).toBeGreaterThan(12);
  });

  test.each(said)('%s', (text) => {
    expect(text).toMatch(FORM);
  });
});
