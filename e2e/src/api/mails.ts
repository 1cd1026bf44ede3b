import { mailOf, textPdf } from '@inkstream/testing';
import { expect, it } from 'vitest';
import type { Inkstream } from '../support/inkstream.ts';

const LIMIT_MS = 60_000;

/** Mails, whose attachments are pages. */
export function mailsTests({ api }: Inkstream): void {
  it('reads what is attached to a mail, and the text of one with nothing attached', async () => {
    const content = await textPdf(['CORNER SHOP', 'TOTAL EUR 41.20']);
    const attached = mailOf([
      { type: 'text/plain', content: 'Your receipt is attached' },
      { type: 'application/pdf', content, name: 'receipt.pdf', disposition: 'attachment' },
    ]);
    const text = mailOf([{ type: 'text/plain', content: 'Thank you for your purchase\nTOTAL EUR 17.30' }]);
    const files = [attached, text].map((bytes, at) => ({
      ...{ bytes: Buffer.from(bytes), name: `${at}.eml`, provider: 'paddle-ocr-local' },
    }));
    const job = await api.finished(await api.upload(files), { limitMs: LIMIT_MS });
    const texts = job.files.map(({ executions: [one] }) => JSON.parse(one?.ocrData ?? '{}').text);
    expect(texts).toEqual([expect.stringContaining('41.20'), expect.stringContaining('17.30')]);
    expect(texts[0]).not.toContain('attached');
  });
}
