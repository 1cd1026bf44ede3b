import { expect, it } from 'vitest';
import { missingProofs } from './page.ts';

it('the page of the fault model names tests that exist, by their titles', () => {
  const missing = missingProofs(new URL('../../../docs/fault-model.md', import.meta.url));
  // A link to a whole file is called as that is.
  expect(missing.filter(({ text }) => !text.endsWith('.ts'))).toEqual([]);
});
