import { deflateSync } from 'node:zlib';
import { drawnPdf, generateDocument, pagesPdf, pdfOf, pdfStream, shown } from '@inkstream/testing';
import { describe, expect, test } from 'vitest';
import { openDocument } from './index.ts';

/** What becomes of each page: its text, how much ink is on it if there is none, its damage, the code of its error. */
async function pagesOf(bytes: Uint8Array): Promise<string[]> {
  using document = await openDocument(bytes);
  const pages: string[] = [];
  for (let index = 0; index < document.pageCount; index++)
    pages.push(
      await document.page(index).then(
        ({ data, text, damaged }) => {
          const seen = text?.map((line) => line.text).join() ?? `${data.filter((v) => v < 128).length} inked`;
          return damaged ? `${seen}, damaged` : seen;
        },
        (error) => error.code,
      ),
    );
  return pages;
}

const texts = ['FIRST 1.00', 'SECOND 2.00', 'THIRD 3.00'];
const text = (file: Buffer) => file.toString('latin1');
const bytes = (file: string) => Buffer.from(file, 'latin1');
const upTo = (file: Buffer, word: string) => file.subarray(0, file.lastIndexOf(word));

describe.each([false, true])('a PDF whose objects are packed: %s', (packed) => {
  test.each<[string, (file: Buffer) => Buffer]>([
    ['with bytes before its header', (file) => Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), file])],
    ['with bytes behind its end', (file) => Buffer.concat([file, Buffer.alloc(5000, 'x')])],
    ['without its end', (file) => upTo(file, '%%EOF')],
    ['that says nowhere where its table is', (file) => upTo(file, 'startxref')],
    [
      'that says wrongly where its table is',
      (file) => bytes(text(file).replace(/startxref\n\d+/, 'startxref\n7')),
    ],
    [
      'whose table is wrong',
      (file) => bytes(text(file).replace(/\n\d{9}(\d) 00000 n/g, '\n00000004$1 00000 n')),
    ],
    [
      'whose streams are said to be shorter',
      (file) => bytes(text(file).replace(/\/Length \d+/g, '/Length 11')),
    ],
    ['without a table and a trailer', (file) => upTo(file, packed ? '/Type /XRef' : '\nxref')],
  ])('%s is read whole', async (_, damage) => {
    expect(await pagesOf(damage(await pagesPdf(texts, { packed })))).toEqual(texts);
  });
});

describe('a PDF that was cut', () => {
  test('is read as far as it goes', async () => {
    const file = await pagesPdf(texts, { packed: false });
    const within = text(file).lastIndexOf('stream\n', text(file).lastIndexOf('endstream') - 20);
    expect(await pagesOf(file.subarray(0, within))).toEqual([...texts.slice(0, 2), 'corrupt_document']);
  });

  test('says so on its last page, if others may have followed', async () => {
    const file = await pagesPdf(texts, { packed: false });
    // Behind what the second page draws.
    const second = text(file).indexOf(
      'endobj',
      text(file).indexOf('endstream', text(file).indexOf('endstream') + 9),
    );
    const pages = await pagesOf(file.subarray(0, second + 7));
    expect(pages.slice(0, 2)).toEqual(['FIRST 1.00', 'SECOND 2.00, damaged']);
  });

  test('within what its page draws, of which nothing is left, is not blank', async () => {
    const file = pdfOf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 216 144] /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> /Contents 4 0 R >>',
      pdfStream(
        '/Filter /ASCIIHexDecode',
        Buffer.from(`${Buffer.from(shown('TOTAL', 18, 120)).toString('hex')}>`),
      ),
    ]);
    expect(await pagesOf(file)).toEqual(['TOTAL']);
    expect(
      await pagesOf(file.subarray(0, file.lastIndexOf('stream', file.lastIndexOf('endstream') - 1) + 20)),
    ).toEqual(['corrupt_document']);
  });

  test('within a scan shows what is there of it', async () => {
    const { image } = await generateDocument([{ seed: 3, width: 400 }], 'pdf');
    const page =
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 400] /Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>';
    const jpeg = Buffer.from(image).subarray(Buffer.from(image).indexOf(Buffer.of(0xff, 0xd8, 0xff)));
    const file = pdfOf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      page,
      pdfStream('', Buffer.from('200 0 0 400 0 0 cm /I Do')),
      pdfStream(
        '/Type /XObject /Subtype /Image /Width 400 /Height 800 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode',
        jpeg,
      ),
    ]);
    const [seen] = await pagesOf(file.subarray(0, file.indexOf(jpeg) + 12_000));
    expect(seen).toMatch(/^\d{4,} inked, damaged$/);
  });
});

describe('a page of which operators are lost', () => {
  const operators = Buffer.from(
    Array.from({ length: 10 }, (_, at) =>
      shown(`LINE ${at} ${(at * 7_919_191) % 999_983}`, 18, 128 - 13 * at),
    ).join(''),
  );
  const deflated = deflateSync(operators);
  const damagedAt = (share: number) =>
    Buffer.from(deflated).fill(
      0xff,
      Math.floor(share * deflated.length),
      Math.floor(share * deflated.length) + 20,
    );
  const pageOf = (data: Buffer, contents = '/Contents 4 0 R') =>
    pdfOf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 216 144] /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> ${contents} >>`,
      pdfStream('/Filter /FlateDecode', data),
    ]);

  test('is read if none is', async () => {
    expect((await pagesOf(pageOf(deflated)))[0]).toMatch(/LINE 9[^d]*$/);
  });

  test('is damaged if some are drawn', async () => {
    expect((await pagesOf(pageOf(damagedAt(0.6))))[0]).toMatch(/LINE 0.*, damaged$/);
    expect((await pagesOf(pageOf(deflated.subarray(0, -60))))[0]).toMatch(/LINE 0.*, damaged$/);
  });

  test('is not damaged for its checksum alone', async () => {
    expect((await pagesOf(pageOf(deflated.subarray(0, -4))))[0]).toMatch(/LINE 9[^d]*$/);
  });

  test('cannot be read if none is drawn, which is not the same as a blank one', async () => {
    expect(await pagesOf(pageOf(damagedAt(0.01)))).toEqual(['corrupt_document']);
    expect(await pagesOf(pageOf(deflated, '/Contents 9 0 R'))).toEqual(['corrupt_document']);
    expect(await pagesOf(pageOf(deflated, ''))).toEqual(['0 inked']);
    expect(await pagesOf(drawnPdf(''))).toEqual(['0 inked']);
  });

  test('or whose picture is', async () => {
    const lost =
      '/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> /XObject << /I 9 0 R >>';
    expect(await pagesOf(drawnPdf('q 90 0 0 90 9 9 cm /I Do Q', { resources: lost }))).toEqual([
      'corrupt_document',
    ]);
    expect(await pagesOf(drawnPdf(`${shown('TOTAL', 18, 120)} /I Do`, { resources: lost }))).toEqual([
      'TOTAL, damaged',
    ]);
  });
});
