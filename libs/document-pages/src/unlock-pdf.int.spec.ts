import { encryptedPdf, mulberry32, pdfBomb, textPdf } from '@inkstream/testing';
import { describe, expect, test } from 'vitest';
import { DocumentError, isEncryptedPdf, openDocument, unlockPdf } from './index.ts';

const random = mulberry32(1);
const lines = ['CORNER SHOP', 'Milk 1.20', 'TOTAL 1.20'];
const { bytes } = encryptedPdf(random, 'pässword', lines);

async function pixels(file: Uint8Array): Promise<Uint8Array> {
  using document = await openDocument(file);
  return (await document.page(0)).data;
}

const isDark = (value: number) => value < 128;

test('an encrypted PDF is known for its dictionary, and nothing else is', async () => {
  expect(isEncryptedPdf(bytes)).toBe(true);
  expect(isEncryptedPdf(await textPdf(lines))).toBe(false);
  expect(isEncryptedPdf(Buffer.from('\x89PNG\r\n\x1a\n /Encrypt', 'latin1'))).toBe(false);
});

describe('a copy without encryption', () => {
  test('opens anywhere, and shows what is encrypted', async () => {
    const copy = await unlockPdf(bytes, 'pässword');
    expect(Buffer.from(copy).toString('latin1').split('trailer')[1]).not.toContain('/Encrypt');
    expect((await pixels(copy)).some(isDark)).toBe(true);
    await expect(openDocument(bytes)).rejects.toMatchObject({ code: 'encrypted_document' });
  });

  test('opens by a password whose letters and their marks come apart', async () => {
    const copy = await unlockPdf(bytes, 'pässword'.normalize('NFD'));
    expect((await pixels(copy)).some(isDark)).toBe(true);
  });

  test('needs the right password', async () => {
    const wrong = unlockPdf(bytes, 'password');
    await expect(wrong).rejects.toThrow('the password that came with it does not open it');
    await expect(wrong).rejects.toMatchObject({ code: 'encrypted_document' });
    const none = unlockPdf(bytes, '');
    await expect(none).rejects.toThrow('only its password opens it');
    await expect(none).rejects.toMatchObject({ code: 'encrypted_document' });
  });

  test('of a PDF that opens without a password needs none, whatever comes', async () => {
    const open = encryptedPdf(random, '', lines).bytes;
    expect(await pixels(await unlockPdf(open, 'any'))).toEqual(await pixels(open));
  });

  test('of what is damaged, or fills the memory, is none', async () => {
    const cut = unlockPdf(bytes.subarray(0, 200), 'pässword');
    await expect(cut).rejects.toBeInstanceOf(DocumentError);
    const { bytes: bomb } = pdfBomb(2_000);
    expect((await unlockPdf(bomb, '')).length).toBeGreaterThan(0);
  });

  test('ends with its signal', async () => {
    const reason = new Error('nobody wants it');
    await expect(unlockPdf(bytes, 'pässword', AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
