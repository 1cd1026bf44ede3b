import { expect, test } from 'vitest';
import { mendAddress, mendWords } from './spelling.ts';

test.each([
  ['J1N', 'JLN'],
  ['F1r', 'Flr'],
  ['B0ULEVARD', 'BOULEVARD'],
  ['Boulovard', 'Boulovard'],
  ['Mart', 'Mart'],
  ['FLOUR', 'FLOUR'],
  ['SARAWAKS', 'SARAWAKS'],
  ['ENTREPRISE', 'ENTREPRISE'],
  ['STREETS', 'STREETS'],
  ['Jamal', 'Jamal'],
  ['TALAN', 'TALAN'],
  ['4X4', '4X4'],
  ['0akham', 'Oakham'],
  ['BA0BAB', 'BAOBAB'],
  ['Bott0m', 'Bott0m'],
  ['Y01 6DD', 'YO1 6DD'],
  ['0X1 4BX', 'OX1 4BX'],
  ['Portland 0R 97204', 'Portland OR 97204'],
  ['000 БЕРЁЗКА', 'ООО БЕРЁЗКА'],
  ['000 12', '000 12'],
  ['PT0123', 'PT0123'],
  ['Lot 10A', 'Lot 10A'],
])('%s comes out as %s', (read, mended) => {
  expect(mendWords(read)).toBe(mended);
});

test('words of addresses are mended by those of the same country alone', () => {
  expect(mendAddress('PETALING JAYA, SELANCOR', 'MY')).toBe('PETALING JAYA, SELANGOR');
  expect(mendAddress('PETALING JAYA, SELANCOR', 'US')).toBe('PETALING JAYA, SELANCOR');
  expect(mendAddress('FLOUR MILL ROAD', 'GB')).toBe('FLOUR MILL ROAD');
});
