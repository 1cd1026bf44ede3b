import { expect, test } from 'vitest';
import { mendWords } from './spelling.ts';

test.each([
  ['J1N', 'JLN'],
  ['F1r', 'Flr'],
  ['B0ULEVARD', 'BOULEVARD'],
  ['Boulovard', 'Boulevard'],
  ['SARAWAKS', 'SARAWAKS'],
  ['ENTREPRISE', 'ENTREPRISE'],
  ['STREETS', 'STREETS'],
  ['Jamal', 'Jamal'],
  ['TALAN', 'TALAN'],
  ['4X4', '4X4'],
])('%s comes out as %s', (read, mended) => {
  expect(mendWords(read)).toBe(mended);
});
