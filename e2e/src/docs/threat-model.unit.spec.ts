import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { linksIn, missingProofs, tablesIn } from './page.ts';

const PAGE = new URL('../../../docs/threat-model.md', import.meta.url);
const page = readFileSync(PAGE, 'utf8');
const defended = tablesIn(page).filter(({ head }) => head.at(-1) === 'proved by');

describe('the threat model', () => {
  it('proves each defence', () => {
    expect(defended).toHaveLength(2);
    for (const row of defended.flatMap(({ rows }) => rows))
      expect(linksIn(row.at(-1) ?? ''), row[0]).not.toEqual([]);
  });

  it('names tests that exist, by their titles', () => {
    expect(linksIn(page).length).toBeGreaterThan(25);
    expect(missingProofs(PAGE)).toEqual([]);
  });

  it('has an answer to each attack that was tried', () => {
    const numbers = defended[0]?.rows.map(([attack = '']) => Number.parseInt(attack, 10));
    expect([...new Set(numbers)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
