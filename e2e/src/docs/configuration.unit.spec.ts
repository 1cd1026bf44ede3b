import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tablesIn } from './page.ts';

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

/** Where configuration is declared, as the shapes that `readConfig` takes; providers' variables have a page that is generated. */
const sources = ['services', 'libs/service-kit/src', 'libs/provider-kit/src'].flatMap((folder) =>
  readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .filter(
      (path) =>
        path.endsWith('.ts') && !/spec|node_modules|^ocr-|limits\/variables|http\/model-variables/.test(path),
    )
    .map((path) => read(`${folder}/${path}`)),
);

const VARIABLE =
  /\b([A-Z][A-Z_]+): (?:z\b|wholeNumber|duration|flag|brokers|connection)[^;]*?(?:,\n|\}|\n {2}\})/g;
const DEFAULT = /\.(?:default|prefault)\(([^()]*)\)/;

/** The variables that the code declares, with their defaults where they are written there. */
const declared = new Map(
  sources.flatMap((source) =>
    Array.from(source.matchAll(VARIABLE), ([text, name = '']) => {
      const value = DEFAULT.exec(text)?.[1]?.replaceAll(/[_']/g, '');
      return [name, value] as const;
    }),
  ),
);
const documented = new Map(
  tablesIn(read('docs/configuration.md'))[0]?.rows.map(([name = '', value = '']) => [
    name.replaceAll('`', ''),
    value.replaceAll('`', ''),
  ]),
);
it('the page of the configuration has every variable, and none that nobody reads', () => {
  expect(declared.size).toBeGreaterThan(25);
  expect([...documented.keys()].toSorted()).toEqual([...declared.keys()].toSorted());
});

it('the page of the configuration says what the defaults are', () => {
  for (const [name, value] of declared)
    if (value !== undefined && !value.includes('availableParallelism'))
      expect(documented.get(name), name).toBe(value);
});
