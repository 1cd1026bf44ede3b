import { executionStream } from '@inkstream/domain';
import { encryptedPdf, mulberry32, textPdf } from '@inkstream/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine } from './engine.ts';
import { execution, type Harness, openHarness } from './spec-support/harness.ts';

vi.setConfig({ testTimeout: 60_000 });

const PASSWORD = 'Tr0ub4dor und 3';
const content = encryptedPdf(mulberry32(1), PASSWORD, ['TOTAL 1.20']).bytes;

let harness: Harness;
/** What the engine was given. */
let given: string[];
beforeEach(async () => {
  harness = await openHarness();
  given = [];
});
afterEach(() => harness.close());

/** Says whether it can read what it is given without a password. */
const engine: Engine = {
  async recognise({ bytes }) {
    const trailer = Buffer.from(bytes).toString('latin1').split('trailer').at(-1) ?? '';
    given.push(trailer.includes('/Encrypt') ? 'encrypted' : 'open');
    const line = { text: 'TOTAL 1.20', confidence: 1, box: [0, 0, 9, 9] as [number, number, number, number] };
    return { pages: [{ width: 9, height: 9, rotation: 0, lines: [line] }], model: 'm-1' };
  },
};
const request = (password?: string, file: Uint8Array = content) => {
  harness.uploader.password = password;
  const document = { originalName: 'a.pdf', mimeType: 'application/pdf', content: file };
  return harness.requestDocument(document);
};
const noPasswords = () => vi.waitFor(async () => expect(await harness.passwords()).toEqual([]));
const errorOf = async (id: number) => execution(await harness.final(id)).error;

describe('an encrypted PDF', () => {
  test('comes to the engine decrypted by its password, which is erased once it is read', async () => {
    const id = await request(PASSWORD);
    expect(await harness.passwords()).toHaveLength(1);
    await harness.start({ engine });
    expect(execution(await harness.final(id)).status).toBe('completed');
    expect(given).toEqual(['open']);
    await noPasswords();
  });

  test('fails with a wrong password, which is erased', async () => {
    await harness.start({ engine });
    const error = await errorOf(await request('wrong'));
    expect(error).toMatchObject({ code: 'encrypted_document' });
    expect(error?.message).toContain('the password that came with it does not open it');
    expect(given).toEqual([]);
    await noPasswords();
  });

  test('fails without a password, and the error says how to send it', async () => {
    await harness.start({ engine });
    const error = await errorOf(await request());
    expect(error).toMatchObject({ code: 'encrypted_document' });
    expect(error?.message).toContain('send its password');
  });

  test('fails if its password was erased meanwhile', async () => {
    const id = await request(PASSWORD);
    for (const key of await harness.passwords()) await harness.objects.delete(key);
    await harness.start({ engine });
    expect((await errorOf(id))?.message).toContain('no longer stored');
  });

  test('fails in the end where its password cannot be decrypted, and the error says what the operator must set', async () => {
    const id = await request(PASSWORD);
    await harness.start({ engine, maxAttempts: 2 }, { secrets: [Buffer.alloc(32, 9)] });
    expect(await errorOf(id)).toMatchObject({
      code: 'internal_error',
      message: expect.stringContaining('PASSWORD_SECRET'),
    });
    expect(await harness.events(id)).toContain('ExecutionRetryScheduled');
    await noPasswords();
  });
});

test('a password that a file does not need is ignored, and erased', async () => {
  await harness.start({ engine });
  const plain = await request('needless', await textPdf(['TOTAL']));
  const opensWithoutOne = await request('needless', encryptedPdf(mulberry32(2), '').bytes);
  for (const id of [plain, opensWithoutOne])
    expect(execution(await harness.final(id)).status).toBe('completed');
  expect(given).toEqual(['open', 'open']);
  await noPasswords();
});

describe('the password is erased', () => {
  test('by whoever takes over from workers that died, though it gives up', async () => {
    const id = await request(PASSWORD);
    await harness.loseAttempts(id, 10);
    await harness.start({ engine });
    expect(await errorOf(id)).toMatchObject({ code: 'worker_lost' });
    await noPasswords();
  });

  test('though the worker that read it died before it had erased it', async () => {
    const id = await request(PASSWORD);
    await harness.loseAttempts(id, 1);
    const error = { code: 'corrupt_document', message: 'it is damaged' } as const;
    await harness.act(id, { type: 'FailExecution', attempt: 1, error });
    expect(await harness.passwords()).toHaveLength(1);
    await harness.start({ engine });
    await noPasswords();
    expect(given).toEqual([]);
  });

  test('if its file, or its job, is deleted before it is read', async () => {
    const [file, job] = [await request(PASSWORD), await request(PASSWORD)];
    await harness.deleteFile(file);
    await harness.deleteJob(job);
    await harness.start({ engine });
    await noPasswords();
    expect(given).toEqual([]);
  });

  test('not while the execution is to be tried again, nor once it is handed over', async () => {
    harness.uploader.auto = { first: 'fake', next: ['better'], fields: ['merchant'], confidence: 0.9 };
    await harness.bus.ensureTopics([{ name: 'ocr.requests.better' }, { name: 'ocr.requests.better.bulk' }]);
    const id = await request(PASSWORD);
    let tries = 0;
    const flaky: Engine = {
      recognise(document, reading) {
        if (++tries === 1) throw new Error('not yet');
        return engine.recognise(document, reading);
      },
    };
    await harness.start({ engine: flaky });
    await harness.until(id, ({ executions: [one] }) => one?.asked === 'better');
    expect(await harness.passwords()).toHaveLength(1);
    await harness.publishHandovers(id);
    await harness.start({ engine, name: 'better' });
    expect(execution(await harness.final(id)).status).toBe('completed');
    expect(given).toEqual(['open', 'open']);
    await noPasswords();
  });
});

test('a result that was read with a password is not reused, and none is reused in its place', async () => {
  harness.uploader.reuseHours = 24;
  await harness.start({ engine });
  const first = await request(PASSWORD);
  await harness.final(first);
  const second = await request(PASSWORD);
  await harness.final(second);
  expect(given).toEqual(['open', 'open']);
  expect(await errorOf(await request())).toMatchObject({ code: 'encrypted_document' });
});

test('no event holds the password, and no object but the sealed one while it is needed', async () => {
  const id = await request(PASSWORD);
  const stored = async () => {
    const { objects, eventStore } = harness;
    const bytes: Buffer[] = [];
    for await (const { key } of objects.list(''))
      bytes.push(Buffer.concat(await Array.fromAsync(await objects.get(key))));
    for (const stream of [`ocrJob-${id}`, executionStream({ jobId: id, executionId: 1 })])
      for await (const event of eventStore.read(stream)) bytes.push(Buffer.from(JSON.stringify(event)));
    return Buffer.concat(bytes);
  };
  const found = async () => {
    const all = await stored();
    return [PASSWORD, Buffer.from(PASSWORD).toString('hex')].filter((text) => all.includes(text));
  };
  expect(await found()).toEqual([]);
  await harness.start({ engine });
  await harness.final(id);
  await noPasswords();
  expect(await found()).toEqual([]);
});
