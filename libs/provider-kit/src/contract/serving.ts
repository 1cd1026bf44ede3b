import { text } from 'node:stream/consumers';
import { type OcrResult, ocrResultSchema } from '@inkstream/contracts';
import { readExecutionEvents } from '@inkstream/job-store';
import { createLogger } from '@inkstream/service-kit';
import { generateDocument, generateReceipt } from '@inkstream/testing';
import { expect, it, type TestContext, vi } from 'vitest';
import type { ProviderDefinition } from '../provider.ts';
import { execution, openHarness } from '../spec-support/harness.ts';
import { openSubject, type ProviderSubject, purchases, RECEIPT, shareOfWords } from './subject.ts';

/** The provider as a service of its own, beside its vendor's double; both go with the test. */
async function openService(subject: ProviderSubject, { onTestFinished }: TestContext) {
  const opened = await openSubject(subject);
  const harness = await openHarness({ name: subject.plugin.name });
  onTestFinished(async () => {
    await harness.close();
    await opened.double.close();
  });
  const { double, definition, receipt } = opened;
  const logged: string[] = [];
  const circuit = { failures: 2, firstProbeMs: 50, maxProbeMs: 200 };
  return {
    double,
    receipt,
    accepts: definition.accepts,
    model: definition.model ?? '',
    logged,
    announced: harness.announced,
    start(limits: Partial<ProviderDefinition> = {}) {
      const log = createLogger('contract', 'trace', { write: (line) => void logged.push(line) });
      return harness.start({ ...definition, ...limits }, { circuit, log });
    },
    request: (content = receipt.image, mimeType = receipt.mimeType) =>
      harness.requestDocument({ originalName: 'receipt', mimeType, content }),
    /** The result of a job that ends well. */
    async resultOf(id: number): Promise<OcrResult> {
      expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', error: null });
      for await (const event of readExecutionEvents(harness.eventStore, { jobId: id, executionId: 1 }))
        if (event.type === 'ExecutionCompleted')
          return ocrResultSchema.parse(
            JSON.parse(await text(await harness.objects.get(event.data.resultKey))),
          );
      throw new Error(`Job ${id} has no result`);
    },
    paused: () => harness.announced(({ state }) => state !== 'ready', 'end'),
  };
}

/** What becomes of documents in the whole service. Its tests mostly wait, so that they run side by side. */
export function servingContract(subject: ProviderSubject): void {
  it('reads what is on the receipt, with its total, and invents no place or confidence', async (test) => {
    const { start, resultOf, request, receipt: shown, double } = await openService(subject, test);
    await start();
    const { text: read, receipt, pages } = await resultOf(await request());
    const { truth } = shown;
    if (subject.readsText) expect(shareOfWords(read, truth.text)).toBeGreaterThan(0.95);
    expect(receipt?.merchant?.value).toBe(truth.fields.merchant);
    expect(receipt?.total?.value).toBe(truth.fields.total);
    const [page] = pages;
    expect(page).toMatchObject(truth.image);
    for (const { box, confidence } of page?.lines ?? []) {
      if (box) {
        const [left, top, right, bottom] = box;
        expect(
          [left, top, truth.image.width - right, truth.image.height - bottom].every((gap) => gap >= 0),
        ).toBe(true);
        // As fractions of the page they would all be in one pixel.
        expect(right - left).toBeGreaterThan(2);
      }
      expect(confidence ?? 0.5).toBeGreaterThan(0);
    }
    expect(purchases(double)).toBe(1);
  });

  it('reads each page of a document once, in its place', async (test) => {
    const { accepts, double, start, resultOf, request } = await openService(subject, test);
    const pages = [RECEIPT, { ...RECEIPT, seed: 104 }];
    const format = accepts.includes('image/tiff') ? 'tiff' : 'pdf';
    const { image, mimeType, truths } = await generateDocument(pages, format);
    const second = await generateReceipt({ ...RECEIPT, seed: 104 });
    await double.know(second.image, second.truth);
    await start();
    const result = await resultOf(await request(image, mimeType));
    const texts = result.pages.map(({ lines }) => lines.map((line) => line.text).join('\n'));
    for (const [index, truth] of truths.entries()) {
      const { text: words, fields } = truth;
      const wanted = subject.readsText ? words : fields.items.map(({ description }) => description).join(' ');
      // What they have in common is less than half.
      expect(shareOfWords(texts[index] ?? '', wanted)).toBeGreaterThan(0.8);
    }
    expect([...double.bought.values()]).toEqual([1, 1]);
  });

  it('waits while it is limited, and reads then', async (test) => {
    const { start, double, resultOf, request } = await openService(subject, test);
    await start();
    double.fail(3, { kind: 'answer', ...subject.rateLimit.silent });
    await resultOf(await request());
    expect(purchases(double)).toBe(1);
  });

  it('gives a page up that takes too long, and reads it at the next attempt', async (test) => {
    const { start, double, resultOf, request } = await openService(subject, test);
    // As long as a page takes on a busy machine, decoding included.
    await start({ timeoutMs: 60_000, pageTimeoutMs: 5_000 });
    double.fail(1, { kind: 'hang' }, subject.resumes ? 'poll' : 'purchase');
    await resultOf(await request());
    expect(purchases(double)).toBe(subject.resumes ? 1 : 2);
  });

  it.skipIf(subject.key === null)(
    'pauses while its key is refused, says so, and reads once it is taken, without a key in its log',
    async (test) => {
      const { start, paused, double, request, announced, resultOf, logged } = await openService(
        subject,
        test,
      );
      await start();
      const says = paused();
      double.takeKey(false);
      const id = await request();
      const { reason } = await says;
      expect(reason).toMatch(/\w/);
      const back = announced(({ state }) => state === 'ready', 'end');
      double.takeKey(true);
      await resultOf(id);
      await back;
      expect(purchases(double)).toBe(1);
      const everything = `${reason} ${logged.join('')}`;
      expect(logged.length).toBeGreaterThan(1);
      expect(everything).not.toContain(double.key);
    },
  );

  it.skipIf(!subject.prepaid)('pauses without credit, and reads once there is some', async (test) => {
    const { start, paused, double, request, resultOf } = await openService(subject, test);
    await start();
    const says = paused();
    double.setCredit(0);
    const id = await request();
    await says;
    double.setCredit(1);
    await resultOf(id);
    expect(purchases(double)).toBe(1);
  });

  it.skipIf(!subject.retires)(
    'pauses while the vendor does not have its model, says so, asks no more of it, and reads once it is back',
    async (test) => {
      const { start, announced, double, model, request, resultOf } = await openService(subject, test);
      const provider = await start();
      const says = announced(({ cause }) => cause === 'model_gone', 'end');
      double.models.retire(model);
      const id = await request();
      expect((await says).reason).toContain(model);
      const probes = () => double.calls.filter(({ kind }) => kind === 'probe').length;
      const before = probes();
      await vi.waitFor(() => expect(probes()).toBeGreaterThan(before + 2), { timeout: 20_000, interval: 5 });
      expect(provider.status()).toMatchObject({ cause: 'model_gone' });
      expect(double.calls.filter(({ kind }) => kind === 'purchase').length).toBeLessThan(2);
      double.models.restore(model);
      await resultOf(id);
      expect(purchases(double)).toBe(1);
    },
  );

  it(
    subject.resumes
      ? 'goes on after a worker that was stopped within a call, and buys nothing again'
      : 'buys again, after a worker that was stopped within a call, what was in flight alone',
    async (test) => {
      const { start, double, request, resultOf } = await openService(subject, test);
      const first = await start();
      double.fail(1, { kind: 'hang' }, subject.resumes ? 'poll' : 'purchase');
      const id = await request();
      const bought = () => expect(purchases(double)).toBe(1);
      await vi.waitFor(bought, { timeout: 20_000, interval: 5 });
      const asked = () =>
        expect(double.calls.some(({ kind, status }) => kind === 'poll' && status === null)).toBe(true);
      if (subject.resumes) await vi.waitFor(asked, { timeout: 20_000, interval: 5 });
      await first.close();
      await start();
      await resultOf(id);
      expect(purchases(double)).toBe(subject.resumes ? 1 : 2);
    },
  );
}
