import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENT_TYPES } from '@inkstream/contracts';
import { describe, expect, test } from 'vitest';
import { assertAccepts } from '../providers/acceptance.ts';
import { documentNames, kindOf } from '../providers/kinds.ts';
import { provider } from '../spec-support/provider.ts';

/** A reason; then the limit, or what would be accepted. */
const FORM = /^[^;]{10,}; [^;]{4,}[^.;]$/;
const source = join(import.meta.dirname, '..');

/** Everything that is refused for what was sent, as it stands in the code. */
function refusals(): readonly (readonly [where: string, details: string])[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .flatMap((name) => {
      const code = readFileSync(join(source, name), 'utf8');
      const found = code.matchAll(/HttpError\(\s*(?:400|413|415|422),\s*([`'"])([\s\S]*?)\1[,)]/g);
      return Array.from(found, ([, , details = '']) => [name, withoutValues(details)] as const);
    });
}

/** Values may hold anything. */
const withoutValues = (details: string): string => details.replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, 'value');

describe('a refusal says why, and what would be accepted, in one sentence:', () => {
  const all = refusals();

  test('all of them are looked at', () => {
    expect(all.length).toBeGreaterThan(20);
  });

  test.each(all)('%s: %s', (_, details) => {
    expect(details).toMatch(FORM);
  });
});

describe('a file that is no document is named by what it is:', () => {
  const fake = provider('fake', { accepts: [...DOCUMENT_TYPES] });
  test.each([
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'a Word document'],
    ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'an Excel workbook'],
    ['application/zip', 'a ZIP archive'],
    ['video/mp4', 'a video'],
    ['text/html', 'a web page (HTML)'],
    ['image/x-canon-cr2', 'a picture as a camera takes it (raw)'],
    ['application/x-odd', 'of type application/x-odd'],
    [null, 'of no known type'],
  ])('%s is %s', (mimeType, kind) => {
    expect(kindOf(mimeType)).toBe(kind);
    const refuse = () => assertAccepts(fake, { name: 'a.bin', mimeType, bytes: 1 });
    const names = 'PDF, JPEG, PNG, HEIC, WebP, TIFF, GIF, AVIF, BMP, JPEG 2000, JPEG XL and E-mail (.eml)';
    expect(refuse).toThrow(`File 'a.bin' is ${kind}; provider 'fake' takes ${names}`);
  });

  test.each([
    [{ width: 30_000, height: 30_000 }, "30000 x 30000 pixels; provider 'fake' takes 300 million at most"],
    [{ width: 1, height: 70_000 }, "1 x 70000 pixels; provider 'fake' takes sides of 65535 at most"],
  ])('a picture is refused for its size by the header: %o', (size, details) => {
    const limits = { ...fake.limits, maxPixels: 300_000_000, maxSide: 65_535 };
    const refuse = () =>
      assertAccepts({ ...fake, limits }, { name: 'a.png', mimeType: 'image/png', bytes: 1, size });
    expect(refuse).toThrow(`File 'a.png' has ${details}`);
  });

  test('every type that is taken has a name', () => {
    for (const type of DOCUMENT_TYPES) expect(documentNames([type])).toMatch(/^[A-Z]/);
  });
});
