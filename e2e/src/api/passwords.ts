import { createdJobSchema } from '@inkstream/contracts';
import { encryptedPdf, mulberry32 } from '@inkstream/testing';
import { expect, it } from 'vitest';
import { exactly, form } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { waitFor } from '../support/wait-for.ts';

const PASSWORD = 'Nachtigall-5517-ö';
const LIMIT_MS = 60_000;

/** Encrypted PDFs, read with the password that comes with them, which is nowhere afterwards. */
export function passwordsTests(inkstream: Inkstream): void {
  const { api } = inkstream;
  const locked = encryptedPdf(mulberry32(1), PASSWORD, ['CORNER SHOP', 'TOTAL EUR 41.20']).bytes;
  const files = [1, 2].map((n) => ({
    bytes: Buffer.from(locked),
    name: `${n}.pdf`,
    provider: 'paddle-ocr-local',
  }));
  const storedPasswords = async () =>
    (await inkstream.stored.objects()).filter((key) => key.startsWith('passwords/'));

  it('reads an encrypted PDF with its password, and again with the password anew, and keeps no password', async () => {
    const data = form(files);
    data.set('password_0', PASSWORD);
    data.set('password_1', 'wrong');
    const { id } = await exactly(createdJobSchema, await api.post(data));
    const [opened, wrong] = (await api.finished(id, { limitMs: LIMIT_MS })).files;
    expect(JSON.parse(opened?.executions[0]?.ocrData ?? '{}').text).toContain('41.20');
    expect(wrong?.executions[0]?.error).toMatchObject({
      code: 'encrypted_document',
      message: expect.stringContaining('does not open it'),
    });
    const again = await api.requestExecution(id, 2, 'paddle-ocr-local', { password: PASSWORD });
    const execution = await api.created(again);
    const read = await waitFor(
      'it to be read again',
      async () => (await api.job(id)).files[1]?.executions.find((one) => one.id === execution),
      (one) => one?.status === 'completed' || one?.status === 'failed',
      { limitMs: LIMIT_MS },
    );
    expect(read?.ocrData).toContain('41.20');
    await waitFor('the passwords to go', storedPasswords, (keys) => keys.length === 0);
    expect(await inkstream.stored.placesThatHold([PASSWORD])).toEqual([]);
  });
}
