import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepReached } from './reached.ts';

describe('what the entries of a package reach', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'inkstream-reached-'));
    mkdirSync(join(folder, 'lib'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

  it('is kept, code and declarations each by their own imports, and the rest removed', () => {
    write('main.js', "import a from './lib/a.js';\nimport 'side';\nexport const said = \"from 'words'\";");
    write(
      'main.d.ts',
      "export declare const b: import('zod').ZodType;\nexport type { B } from './lib/b.js';",
    );
    write(
      'lib/a.js',
      "import { x } from 'node:fs';\nawait import('lazy');\ncreateRequire(import.meta.url)('old/file');\nrequire.resolve('wasm/x');",
    );
    write('lib/a.d.ts', "import 'unseen';");
    write('lib/b.js', "import 'unseen';");
    write('lib/b.d.ts', "import type { X } from '../main.js';");
    expect(keepReached(folder, ['main.js'])).toEqual({
      code: new Set(['side', 'node', 'lazy', 'old/file', 'wasm/x']),
      declarations: new Set(['zod']),
    });
    expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual(
      ['lib', 'lib/a.js', 'lib/b.d.ts', 'main.d.ts', 'main.js'].toSorted(),
    );
  });

  it('names an import that leads nowhere', () => {
    write('main.js', "export * from './gone.js';");
    expect(() => keepReached(folder, ['main.js'])).toThrow('gone.js is imported, and is not there');
  });
});
