import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const merchant = (picture: string) => extractReceipt([testPage(picture)]).merchant;

test.each([
  [
    'a legal form tells the name from what stands above it',
    'WELCOME TO US\nACME RETAIL SDN BHD\nTEL: 03-1234 5678',
    'ACME RETAIL SDN BHD',
  ],
  ['a misread form is mended', 'ACME RETAIL SON BHO\n12, JALAN CONTOH', 'ACME RETAIL SDN BHD'],
  ['a form one letter wrong is mended', 'ACME RETAIL SDW BHD\n12, JALAN CONTOH', 'ACME RETAIL SDN BHD'],
  ['a form keeps its points', 'Acme Retail Sdn. Bhd.\n12, Jalan Contoh', 'Acme Retail Sdn. Bhd.'],
  ['a form that lost its space gets it back', 'ACME RETAILSDN BHD\n12, JALAN CONTOH', 'ACME RETAIL SDN BHD'],
  ['a short form keeps its stroke', 'ACME RETAIL 5/B\n12, JALAN CONTOH', 'ACME RETAIL S/B'],
  ['a bracket before the form stays', 'ACME & CO (M) SDN BHD\n12, JALAN CONTOH', 'ACME & CO (M) SDN BHD'],
  [
    'a registration number is cut off',
    'ACME RETAIL SDN BHD (123456-X)\n12, JALAN CONTOH',
    'ACME RETAIL SDN BHD',
  ],
  [
    'a registration number after a bare name is cut off',
    'KEDAI CONTOH (001234567-W)\n12, JALAN CONTOH',
    'KEDAI CONTOH',
  ],
  [
    'a form in the second row goes with the first',
    'ACME RETAIL\nSDN BHD\n123456-X\n12, JALAN CONTOH',
    'ACME RETAIL SDN BHD',
  ],
  [
    'a name that goes on with "&" is one',
    'THE OAK BARREL\n& GARDEN (M) SDN BHD\n12, JALAN CONTOH',
    'THE OAK BARREL & GARDEN (M) SDN BHD',
  ],
  [
    'initials are a name of their own',
    'Oak & Barrel\nA.B.C Leisure Sdn Bhd\n12, Jalan Contoh',
    'A.B.C Leisure Sdn Bhd',
  ],
  [
    'the owner is not the shop',
    'CONTOH STATIONERY SHOP\n12, JALAN CONTOH\nOWNED BY :\nACME SUPPLY SDN BHD',
    'CONTOH STATIONERY SHOP',
  ],
  ['a German form', 'Beispielmarkt GmbH\nHauptstraße 1\n12345 Musterstadt', 'Beispielmarkt GmbH'],
  ['an American form', 'SAMPLE DINER, INC.\n1 MAIN ST', 'SAMPLE DINER, INC.'],
  [
    'a trade word beats a stamp above',
    '31234567\nQX 7\nRESTORAN CONTOH\n12, JALAN CONTOH',
    'RESTORAN CONTOH',
  ],
  ['a name stays as it is read', 'CONTOH RESTAURAT\n12, JALAN CONTOH', 'CONTOH RESTAURAT'],
  ['a state and its code are no company', 'BEST HARDWARE\n1 Elm Avenue\nDenver CO 80202', 'BEST HARDWARE'],
  [
    'a slogan is not the name that the domain has',
    'FRESH IDEAS DAILY\nKornblume\nLindenstr. 4\nwww.kornblume.de',
    'Kornblume',
  ],
  [
    'a trade word alone in the second row goes with the first',
    'CONTOH HARDWARE\nTRADING\n12, JALAN CONTOH',
    'CONTOH HARDWARE TRADING',
  ],
  [
    'an owner above the address is the merchant, without the word for it',
    'Kafe Contoh\nOwned by: Acme Foods Sdn Bhd 123456-X\n12, Jalan Contoh',
    'Acme Foods Sdn Bhd',
  ],
  [
    'an accent is dirt if the language has none',
    'CONTOH HARDWÀRE SDN BHD\n12, JALAN CONTOH',
    'CONTOH HARDWARE SDN BHD',
  ],
  ['but not at the end of a café', 'CAFÉ CONTOH SDN BHD\n12, JALAN CONTOH', 'CAFÉ CONTOH SDN BHD'],
  ['nor if the language has it', 'Bäckerei Müßig GmbH\nHauptstraße 1', 'Bäckerei Müßig GmbH'],
  [
    'a name in small letters over the scan is not the shop',
    'jane doe\nORCHID NOVELTIES\n12, JALAN CONTOH\n12345 REKAAN',
    'ORCHID NOVELTIES',
  ],
  ['digits are no form', 'The Sample Inn\nVAT No: GB 123 4567 58', 'The Sample Inn'],
])('%s', (_, picture, name) => {
  expect(merchant(picture)?.value).toBe(name);
});

test('the lines of a name are those that it was read from', () => {
  expect(merchant('CASH SALE\nACME RETAIL\nSDN BHD\n12, JALAN CONTOH')?.lines).toEqual([1, 2]);
});

test('a page of numbers has no name', () => {
  expect(merchant('12\n34.50\n2018-01-02')).toBeNull();
});

test('a name is the surer the better its letters were read', () => {
  const sure = (confidence: number) =>
    extractReceipt([testPage('ACME RETAIL SDN BHD\n12, JALAN CONTOH', { confidence })]).merchant
      ?.confidence ?? 0;
  expect(sure(0.99)).toBeGreaterThan(0.85);
  expect(sure(0.8)).toBeLessThan(0.5);
});

/** A page of which a row was read with less confidence than the others. */
const withDim = (row: string, confidence: number, picture: string) => {
  const page = testPage(picture);
  const lines = page.lines.map((line) => (line.text === row ? { ...line, confidence } : line));
  return extractReceipt([{ ...page, lines }]).merchant?.value;
};

test('a dim logo takes the letters of the same word where it is clear', () => {
  const rest = 'Main Street 1\nAcmo - 10 years with you\nBread  2.00\nTOTAL  2.00';
  expect(withDim('AĊMQ', 0.8, `AĊMQ\n${rest}`)).toBe('ACMO');
  expect(withDim('AĊMQ', 0.99, `AĊMQ\n${rest}`)).not.toBe('ACMO');
});

test('in place of what shines through the paper stands the company at the foot', () => {
  const rest = 'Hauptstr. 12\n10115 Berlin\nBrot  2,00\nSUMME EUR  2,00\nAcme GmbH & Co. KG, Berlin';
  expect(withDim('meletno aDeIw', 0.75, `meletno aDeIw\n${rest}`)).toBe('Acme GmbH & Co. KG');
});

test('a name that is a web address stands below slogans', () => {
  expect(
    merchant(
      'RISCHE EIER\nHEUTE\nFRAGEN?\nwww.fragen.example.de\nHofmarkt Lenz\nDorfstr. 4\nwww.hofmarkt-lenz.de',
    )?.value,
  ).toBe('Hofmarkt Lenz');
});
