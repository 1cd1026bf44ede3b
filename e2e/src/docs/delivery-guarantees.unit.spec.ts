import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { linksIn, missingProofs, tablesIn, titlesIn } from './page.ts';

const PAGE = new URL('../../../docs/delivery-guarantees.md', import.meta.url);
const page = readFileSync(PAGE, 'utf8');
const tables = tablesIn(page);

describe('the page of delivery guarantees', () => {
  it('proves each claim of its tables', () => {
    expect(tables.length).toBeGreaterThan(10);
    for (const { head, rows } of tables) {
      expect(head.at(-1)).toBe('proved by');
      for (const row of rows) expect(linksIn(row.at(-1) ?? ''), row[0]).not.toEqual([]);
    }
  });

  it('names tests that exist, by their titles', () => {
    expect(missingProofs(PAGE)).toEqual([]);
  });

  it('has all seven promises of the design', () => {
    const promises = tables[0]?.rows.map(([promise = '']) => Number.parseInt(promise, 10));
    expect(promises).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('the titles in a source', () => {
  it('are the texts that calls begin with, dots in the place of values', () => {
    const source = `
      const text = 'no title';
      it('does (this)', () => {});
      it.each([1])(
        "a user's %s", () => {});
      it(\`is killed \${N} times\`, { timeout: 1 });`;
    expect([...titlesIn(source)]).toEqual(['does (this)', "a user's %s", 'is killed … times']);
  });
});
