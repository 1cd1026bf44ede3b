import { expect, it } from 'vitest';
import { missingProofs } from './page.ts';

it.each(['drills', 'restore'])(
  'the page of operations on %s names tests that exist, by their titles',
  (page) => {
    const missing = missingProofs(new URL(`../../../docs/operations/${page}.md`, import.meta.url));
    // A link to a whole file is called as that is.
    expect(missing.filter(({ text }) => !text.endsWith('.ts'))).toEqual([]);
  },
);
