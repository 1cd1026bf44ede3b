import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readDocument } from '../recognise.ts';
import { type Opened, openSubject, type ProviderSubject, purchases } from './subject.ts';

/** What its engine makes of each answer, and of none. */
export function readingContract(subject: ProviderSubject): void {
  let opened: Opened;
  beforeEach(async () => {
    opened = await openSubject(subject);
  });
  afterEach(async () => {
    await opened.engine.close?.();
    await opened.double.close();
  });

  const recognise = (signal = AbortSignal.timeout(20_000)) => {
    const { image: bytes, mimeType } = opened.receipt;
    return readDocument(opened.engine, { bytes, mimeType }, { signal });
  };
  const says = (code: unknown) => ({ name: 'ProviderError', code });

  it.each(subject.errors)('turns "$says" into $code, and shows no key', async ({ fault, on, code }) => {
    opened.double.fail(1, fault, on);
    const error: Error = await recognise().then(
      () => expect.unreachable('it was read'),
      (reason) => reason,
    );
    expect(error).toMatchObject(says(code));
    expect(error.message).not.toContain(opened.double.key ?? 'no key');
  });

  it('is unavailable if the connection is cut, before the answer or within it', async () => {
    for (const kind of ['reset', 'cut'] as const) {
      opened.double.fail(1, { kind });
      await expect(recognise()).rejects.toMatchObject(says('provider_unavailable'));
    }
    await opened.double.close();
    await expect(recognise()).rejects.toMatchObject(says('provider_unavailable'));
  });

  it('takes JSON that ends halfway for no answer, and says whose fault it is', async () => {
    opened.double.fail(1, { kind: 'garbled' });
    // Of this answer, or of whoever answers in the vendor's place: never an error of ours.
    await expect(recognise()).rejects.toMatchObject(
      says(expect.stringMatching(/^(invalid_result|provider_unavailable)$/)),
    );
  });

  it.each([
    ['a page of HTML', 'text/html', '<html><body>Sign in</body></html>'],
    ['nothing', 'application/json', ''],
    ['null', 'application/json', 'null'],
    ['an empty object', 'application/json', '{}'],
    ['an empty list', 'application/json', '[]'],
    ['a text', 'application/json', '"done"'],
    ['JSON that is nested too deep', 'application/json', '['.repeat(100_000)],
  ])('takes %s with 200 for no answer, and for no error of ours', async (_, type, body) => {
    opened.double.fail(1, { kind: 'answer', status: 200, headers: { 'content-type': type }, body });
    await expect(recognise()).rejects.toMatchObject(
      says(expect.stringMatching(/^(invalid_result|provider_unavailable)$/)),
    );
  });

  it('is sent to no other host, with its key or the page', async () => {
    const asked: (string | undefined)[] = [];
    const other = createServer(({ url }, response) => {
      asked.push(url);
      response.end('{}');
    });
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    for (const status of [302, 307]) {
      const headers = { location: `http://127.0.0.1:${port}/elsewhere` };
      opened.double.fail(1, { kind: 'answer', status, headers, body: '' });
      await expect(recognise()).rejects.toMatchObject(says('provider_unavailable'));
    }
    expect(asked).toEqual([]);
    other.closeAllConnections();
    other.close();
  });

  it('gives a slow answer up at once when it is told to, and reads the next', async () => {
    opened.double.fail(1, { kind: 'slow', ms: 60_000 });
    const limit = new AbortController();
    const reading = expect(recognise(limit.signal)).rejects.toThrow('its time is up');
    // Whoever gives up before the call was made has proved nothing.
    await vi.waitFor(() => expect(purchases(opened.double)).toBe(1), { timeout: 20_000, interval: 5 });
    limit.abort(new Error('its time is up'));
    await reading;
    expect((await recognise()).pages).toHaveLength(1);
  });

  it('is limited by a 429, and says how long if the vendor does', async () => {
    opened.double.fail(1, { kind: 'answer', ...subject.rateLimit.silent });
    await expect(recognise()).rejects.toMatchObject({ ...says('rate_limited'), retryAfterMs: undefined });
    opened.double.limitRate({ calls: 1, windowMs: 7_000 });
    await recognise();
    const refused = await recognise().then(
      () => expect.unreachable('it was read'),
      (reason) => reason,
    );
    expect(refused).toMatchObject(says('rate_limited'));
    if (subject.rateLimit.waits) expect(refused.retryAfterMs).toBe(7_000);
  });

  it.skipIf(subject.refusal === undefined)('says that the content was refused', async () => {
    const { refusal } = subject;
    if (refusal) opened.double.fail(1, { kind: 'answer', ...refusal, bought: true });
    await expect(recognise()).rejects.toMatchObject(says('content_refused'));
  });

  it.skipIf(subject.key === null)(
    'is refused without its key, reading or not, and buys nothing',
    async () => {
      opened.double.takeKey(false);
      await expect(recognise()).rejects.toMatchObject(says('credentials_rejected'));
      const { probe } = opened.engine;
      const signal = AbortSignal.timeout(20_000);
      if (probe) await expect(probe(signal)).rejects.toMatchObject(says('credentials_rejected'));
      opened.double.takeKey(true);
      await probe?.(signal);
      expect(purchases(opened.double)).toBe(0);
    },
  );

  it.skipIf(!subject.prepaid)('has no credit once that is used up', async () => {
    opened.double.setCredit(0);
    await expect(recognise()).rejects.toMatchObject(says('credit_exhausted'));
  });

  describe('without its variables', () => {
    it('does not run, and says what it wants', async () => {
      expect(await subject.plugin.configure({})).toEqual({ wants: expect.stringContaining(subject.wants) });
    });
  });
}
