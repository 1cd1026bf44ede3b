import { comparisonSchema, type OcrResult, ocrResultSchema } from '@inkstream/contracts';
import { generateDocument, generateReceipt } from '@inkstream/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exactly } from '../support/api.ts';
import { PADDLE } from '../support/distributed/cluster.ts';
import { useCluster } from '../support/distributed/use-cluster.ts';
import { startVendors } from '../support/distributed/vendors.ts';
import { waitFor } from '../support/wait-for.ts';

const vendors = await startVendors(['openai', 'mistral', 'gemini', 'tab-scanner', 'aws-textract']);
/** Pages of a document that these providers read side by side. */
const AT_ONCE = 4;
const remote = [...vendors.doubles.keys()];
const providers = [...remote, 'paddle-ocr-local'];
const used = useCluster({
  announced: providers.length,
  providers: { ...vendors.services(), 'ocr-paddle-local': PADDLE },
});
afterAll(() => vendors.close());

const { image, truth } = await generateReceipt({ seed: 7 });
const receipt = new Uint8Array(image);

beforeAll(async () => {
  for (const double of vendors.doubles.values()) await double.know(receipt, truth);
});

const boughtAt = (name: (typeof remote)[number]): number[] => [
  ...(vendors.doubles.get(name)?.bought.values() ?? []),
];

it('reads one receipt by six providers side by side, and buys it once at each of them', async () => {
  const { api } = used;
  const id = await api.upload([{ bytes: receipt, provider: providers.join(',') }]);
  const { files } = await api.finished(id, { limitMs: 60_000 });
  const results = new Map(
    files[0]?.executions.map(({ ocrProvider, ocrData }) => [
      ocrProvider,
      ocrResultSchema.parse(JSON.parse(ocrData ?? 'null')),
    ]),
  );
  for (const name of providers)
    expect([name, results.get(name)?.receipt?.total?.value]).toEqual([name, truth.fields.total]);
  for (const name of remote) expect([name, boughtAt(name)]).toEqual([name, [1]]);

  const comparison = await exactly(comparisonSchema, await api.call(`/ocr-jobs/${id}/files/1/comparison`));
  const total = comparison.receipts[0]?.fields.find(({ name }) => name === 'total');
  expect(total).toMatchObject({ differs: false, consensus: { value: truth.fields.total } });
  expect(total?.consensus?.providers).toHaveLength(providers.length);
});

it('goes on with a document after a kill, and buys no page again whose reading was stored', async () => {
  const { api } = used;
  const pages = Array.from({ length: 10 }, (_, n) => ({ seed: 20 + n }));
  const document = await generateDocument(pages, 'pdf');
  const asked = ['openai', 'gemini'] as const;
  for (const [n, page] of pages.entries())
    for (const name of asked) {
      const one = await generateReceipt(page);
      await vendors.doubles.get(name)?.know(one.image, document.truths[n] ?? one.truth);
    }
  // So slow that the kill comes within the document.
  for (const name of asked)
    vendors.doubles.get(name)?.failAtRandom({ seed: 1, share: 1, faults: [{ kind: 'slow', ms: 400 }] });
  const before = asked.map((name) => boughtAt(name).length);
  const id = await api.upload([{ bytes: new Uint8Array(document.image), provider: asked.join(',') }]);
  await waitFor(
    'more pages of each than are read at once',
    async () => asked.map((name, n) => boughtAt(name).length - (before[n] ?? 0)),
    (counts) => counts.every((count) => count >= AT_ONCE + 2),
    { everyMs: 20 },
  );
  for (const name of asked) await used.service(`ocr-${name}`).end('SIGKILL');
  for (const name of asked) await used.service(`ocr-${name}`).start();
  const { files } = await api.finished(id, { limitMs: 90_000 });
  for (const { status, ocrData } of files[0]?.executions ?? []) {
    expect(status).toBe('completed');
    const { pages: read }: OcrResult = ocrResultSchema.parse(JSON.parse(ocrData ?? 'null'));
    expect(read.map(({ error }) => error)).toEqual(pages.map(() => undefined));
  }
  for (const [n, name] of asked.entries()) {
    const counts = boughtAt(name).slice(before[n]);
    expect(counts).toHaveLength(pages.length);
    const again = counts.reduce((sum, count) => sum + count - 1, 0);
    expect(again, name).toBeLessThanOrEqual(AT_ONCE);
  }
});
