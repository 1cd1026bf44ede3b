import { encryptedPdf, mailOf, mulberry32, textPdf } from '@inkstream/testing';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { DocumentError, type OpenOptions, openDocument } from './index.ts';

const picture = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: 'white' } })
    .composite([{ input: { create: { width: 1, height: 1, channels: 3, background: 'black' } } }])
    .png()
    .toBuffer();
const photo = async (name: string, width: number) =>
  ({ type: 'image/png', content: await picture(width, 500), name, disposition: 'attachment' }) as const;
const pdf = async (...lines: string[]) =>
  ({
    type: 'application/octet-stream',
    content: await textPdf(lines),
    name: 'receipt.pdf',
    disposition: 'attachment',
  }) as const;
const text = (content: string) => ({ type: 'text/plain', content });
const html = (content: string) => ({ type: 'text/html', content });
const mail = (content: Uint8Array) => ({ type: 'message/rfc822', content });

/** The width of each page, or the code of why it cannot be read. */
async function pagesOf(bytes: Uint8Array, options: OpenOptions<1> = {}) {
  using document = await openDocument(bytes, options);
  return await Promise.all(
    Array.from({ length: document.pageCount }, (_, index) =>
      document.page(index).then(
        ({ width }) => width,
        ({ code }: DocumentError) => code,
      ),
    ),
  );
}
/** The text of all pages, row by row. */
async function textOf(bytes: Uint8Array): Promise<string[]> {
  using document = await openDocument(bytes);
  const rows: string[] = [];
  for await (const { text: lines = [] } of document) {
    const byRow = Map.groupBy(lines, ({ box: [, top] }) => Math.round(top / 10));
    for (const [, cells] of [...byRow].sort(([a], [b]) => a - b))
      rows.push(
        cells
          .sort((a, b) => a.box[0] - b.box[0])
          .map((cell) => cell.text)
          .join(' '),
      );
  }
  return rows;
}

describe('the pages of a mail', () => {
  test('are those of its attachments, in their order, whatever their type is said to be', async () => {
    const parts = [
      text('see below'),
      await photo('a.png', 400),
      await pdf('TOTAL'),
      await photo('b.png', 600),
    ];
    expect(await pagesOf(mailOf(parts))).toEqual([400, 900, 600]);
  });

  test('are those of a PDF that is a short mail, not encoded', async () => {
    const content = Buffer.from(await textPdf(['TOTAL']));
    const quoted = Array.from(content, (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`);
    const lines = quoted.join('').replaceAll(/.{72}/g, '$&=\r\n').replace('=25=50=44=46=2D', '%PDF-');
    const head = 'From: a@example.com\r\nSubject: b\r\nContent-Type: application/pdf\r\n';
    const bytes = Buffer.from(`${head}Content-Transfer-Encoding: quoted-printable\r\n\r\n${lines}\r\n`);
    expect(await pagesOf(bytes)).toEqual([900]);
  });

  test('are pictures in its text too, if they are large enough for a receipt', async () => {
    const inText = async (id: string, width: number, height: number) =>
      ({ type: 'image/png', content: await picture(width, height), id, disposition: 'inline' }) as const;
    const parts = [
      html('<img src="cid:logo"><img src="cid:photo"><img src="cid:pixel">'),
      await inText('logo', 600, 120),
      await inText('photo', 480, 640),
      await inText('pixel', 1, 1),
    ];
    expect(await pagesOf(mailOf(parts, 'related'))).toEqual([480]);
    const attached = { ...(await inText('a', 120, 100)), disposition: 'attachment' } as const;
    expect(await pagesOf(mailOf([text('small'), attached]))).toEqual([120]);
  });

  test('are those of mails in it, two deep; what lies deeper is a page that cannot be read', async () => {
    const innermost = mailOf([text('c'), await photo('c.png', 700)]);
    const inner = mailOf([text('b'), await photo('b.png', 500), mail(innermost)]);
    const outer = mailOf([text('a'), mail(inner), await photo('a.png', 400)]);
    expect(await pagesOf(outer)).toEqual([500, 700, 400]);
    expect(await pagesOf(mailOf([text('z'), mail(outer)]))).toEqual([500, 'unsupported_document', 400]);
  });

  test('that cannot be read cost themselves alone', async () => {
    const broken = { type: 'image/png', content: (await picture(400, 400)).subarray(0, 40) };
    const locked = { type: 'application/pdf', content: encryptedPdf(mulberry32(1)).bytes };
    const pages = await pagesOf(mailOf([text('a'), broken, locked, await photo('b.png', 400)]));
    expect(pages).toEqual(['corrupt_document', 'encrypted_document', 400]);
  });

  test('are no more than are allowed', async () => {
    const parts = await Promise.all([1, 2, 3].map((n) => photo(`${n}.png`, 400)));
    const few = openDocument(mailOf(parts), { maxPages: 2 });
    await expect(few).rejects.toMatchObject({ code: 'document_too_large' });
    const many = Array.from({ length: 99 }, () => text('x'.repeat(400)));
    const long = openDocument(mailOf([text('line\n'.repeat(9_000)), ...many]), { maxPages: 2 });
    await expect(long).rejects.toMatchObject({ code: 'document_too_large' });
  });
});

describe('a mail without anything that is read beside its text', () => {
  test('is a page with its sender, date, subject and text', async () => {
    const lines = await textOf(mailOf([text('Café Sol\n\n\n2 Tortilla   9,00 €\nTOTAL 9,00 €\n🙏 Thanks')]));
    expect(lines).toEqual([
      'From: Café Sol <billing@example.com>',
      'Date: 2026-11-30 12:00',
      'Subject: Your receipt',
      'Café Sol',
      '2 Tortilla 9,00 €',
      'TOTAL 9,00 €',
      'Thanks',
    ]);
  });

  test('is one of HTML, the cells of a row beside each other, without addresses, scripts and styles', async () => {
    const body =
      '<html><head><style>p{}</style><title>t</title></head><body><h1>Bill</h1><a href="https://example.com/x">See</a>' +
      '<script>alert(1)</script><table><tr><td>Milk</td><td>1.20</td></tr><tr><td>TOTAL</td><td>1.20</td></tr></table></body></html>';
    const lines = await textOf(mailOf([html(body)]));
    expect(lines.slice(3).join('\n')).toMatch(/^Bill\nSee\nMilk +1\.20\nTOTAL +1\.20$/);
  });

  test('is what its HTML says, if its plain text says no numbers', async () => {
    const table = html('<table><tr><td>TOTAL</td><td>1.20</td></tr></table>');
    const both = (plain: string) => textOf(mailOf([text(plain), table], 'alternative'));
    expect((await both('This mail cannot be shown: see https://example.com/123')).slice(3)).toEqual([
      'TOTAL 1.20',
    ]);
    expect((await both('Total: 1.20')).slice(3)).toEqual(['Total: 1.20']);
  });

  test('does not say what its HTML hides, and keeps a price that stands aside apart', async () => {
    const body =
      '<div style="DISPLAY:none;max-height:0">9.99</div><p hidden>8.88</p><p style="color:red; display: none">7.77</p>' +
      '<div>Milk<span style="float:right">1.20</span></div>';
    expect((await textOf(mailOf([html(body)]))).slice(3)).toEqual(['Milk 1.20']);
  });

  test('is an HTML file, if one is attached', async () => {
    const file = { ...html('<p>TOTAL 1.20</p>'), name: 'receipt.html', disposition: 'attachment' } as const;
    expect(await textOf(mailOf([text('see attached'), file]))).toEqual(['TOTAL 1.20']);
  });

  test('is read beside the pictures that adorn it, if it says an amount', async () => {
    const banner = { type: 'image/png', content: await picture(600, 240), id: 'a', disposition: 'inline' };
    const pages = (body: string) =>
      pagesOf(
        mailOf(
          [html(`${body}<img src="cid:a">`), banner as typeof banner & { disposition: 'inline' }],
          'related',
        ),
      );
    expect(await pages('<p>Total 12.00</p>')).toEqual([expect.any(Number), 600]);
    expect(await pages('<p>Sent from my phone 13</p>')).toEqual([600]);
  });

  test('says what is attached and not read', async () => {
    const file = (type: string, name: string) =>
      ({ type, content: 'PK', name, disposition: 'attachment' }) as const;
    const told = [text('see attached'), file('text/calendar', 'a.ics')];
    expect(await pagesOf(mailOf(told))).toHaveLength(1);
    const pages = await pagesOf(mailOf([...told, file('application/ms-tnef', 'winmail.dat')]));
    expect(pages).toEqual([expect.any(Number), 'unsupported_document']);
  });

  test('goes on on further pages, and breaks long lines', async () => {
    const content = `${'word '.repeat(40)}\n${'line\n'.repeat(120)}last`;
    expect((await pagesOf(mailOf([text(content)]))).length).toBe(3);
    const lines = await textOf(mailOf([text('word '.repeat(40))]));
    expect(lines.slice(3).join(' ').match(/word/g)).toHaveLength(40);
  });

  test.each([
    ['Żabka Łódź', 'SUMA 5,00 zł'],
    ['Teşekkürler ğışİ', 'TOPLAM ₺10,00'],
    ['Чек № 5', 'ИТОГО 5,00 ₽'],
    ['株式会社サンプル', '合計 1,200円'],
    ['เงินทอน', 'ทั้งหมด 10.00 บาท'],
    ['सब्ज़ी', 'कुल ₹499.00'],
    ['קבלה', 'סה"כ 12.00 ₪'],
    ['إيصال', 'المجموع ١٢٫٠٠'],
    ['\u{20bb7}野家', '合計 100円'],
  ])('is read in any script: %s', async (first, total) => {
    const lines = await textOf(mailOf([text(`${first}\n${total}`)]));
    expect(lines.slice(3)).toEqual(
      [first.replace('\u{20bb7}', '〓'), total].map((line) => line.normalize('NFKC')),
    );
  });

  test('is refused if it has none', async () => {
    const opening = openDocument(mailOf([text(' \n '), { type: 'application/zip', content: 'PK' }]));
    await expect(opening).rejects.toMatchObject({
      code: 'unsupported_document',
      message: expect.stringMatching(/neither text nor/),
    });
  });
});

describe('a mail made to wear a decoder out', () => {
  const head = 'From: a@example.com\r\nDate: Mon, 30 Nov 2026 12:00:00 +0000\r\n';
  const nested = (depth: number) =>
    Array.from(
      { length: depth },
      (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
    ).join('');
  test.each([
    ['parts in parts', `${head}${nested(5_000)}`],
    ['mails in mails', `${head}${'Content-Type: message/rfc822\r\n\r\n'.repeat(4_000)}`],
    ['headers without end', `${head}${'X-A: b\r\n'.repeat(400_000)}\r\n`],
    [
      'very many parts',
      `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\n\r\n'.repeat(300_000)}`,
    ],
    ['one line without end', `${head}Content-Transfer-Encoding: base64\r\n\r\n${'A'.repeat(8_000_000)}`],
    [
      'tables in tables',
      `${head}Content-Type: text/html\r\n\r\n${'<table><tr><td colspan=9999999 rowspan=9999>'.repeat(3_000)}`,
    ],
    ['tags without end', `${head}Content-Type: text/html\r\n\r\n${'<a'.repeat(900_000)}`],
  ])('by %s ends with pages or an error of its own', { timeout: 60_000 }, async (_, content) => {
    const opening = openDocument(Buffer.from(content)).then((document) => document.close());
    await opening.catch((error) => expect(error).toBeInstanceOf(DocumentError));
  });

  test('is read as far as it goes wherever it is cut', async () => {
    const whole = mailOf([text('a'), await photo('a.png', 400), await pdf('TOTAL')]);
    for (const share of [0.1, 0.3, 0.6, 0.9]) {
      const opening = pagesOf(whole.subarray(0, share * whole.length));
      await opening.catch((error) => expect(error).toBeInstanceOf(DocumentError));
    }
  });
});
