import { comparisonSchema, createdJobSchema, type OcrResult, ocrResultSchema } from '@inkstream/contracts';
import { generateDocument, generateReceipt } from '@inkstream/testing';
import { type RecordedSpan, rootsOf, spanTree, startSpanReceiver } from '@inkstream/testing/telemetry';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exactly, form } from '../support/api.ts';
import { PADDLE } from '../support/distributed/cluster.ts';
import { useCluster } from '../support/distributed/use-cluster.ts';
import { startVendors } from '../support/distributed/vendors.ts';
import { waitFor } from '../support/wait-for.ts';

const vendors = await startVendors(['openai', 'mistral', 'gemini', 'tab-scanner', 'aws-textract']);
/** Pages of a document that these providers read side by side. */
const AT_ONCE = 4;
const remote = [...vendors.doubles.keys()];
const providers = [...remote, 'paddle-ocr-local'];
/** Where all of them send their spans, soon. */
const receiver = await startSpanReceiver();
const used = useCluster({
  env: {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  },
  announced: providers.length,
  providers: { ...vendors.services(), 'ocr-paddle-local': PADDLE },
});
afterAll(() => Promise.all([vendors.close(), receiver.close()]));

const { image, truth } = await generateReceipt({ seed: 7 });
const receipt = new Uint8Array(image);

/** The spans of an upload for a provider that asks a vendor, and one that computes; without the calls of stores. */
const TREE = `
server POST /ocr-jobs/upload
  producer send ocr.job-events
    consumer process ocr.job-events
  producer send ocr.job-events
    consumer process ocr.job-events
  producer send ocr.job-events
    consumer process ocr.job-events
  producer send ocr.requests.openai
    consumer process ocr.requests.openai
      internal attempt
        internal fetch document
        internal read page
          client chat gpt-6-luna
            client POST
        producer send ocr.job-events
          consumer process ocr.job-events
      internal conclude
        producer send ocr.job-events
          consumer process ocr.job-events
  producer send ocr.requests.paddle-ocr-local
    consumer process ocr.requests.paddle-ocr-local
      internal attempt
        internal fetch document
        internal read page
        producer send ocr.job-events
          consumer process ocr.job-events
      internal conclude
        producer send ocr.job-events
          consumer process ocr.job-events`.trim();

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

it('follows an upload through all processes in one trace, from the client to the read model', async () => {
  const { api } = used;
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const client = 'b7ad6b7169203331';
  const files = [{ bytes: receipt, provider: 'openai,paddle-ocr-local', name: 'the-secret-dinner.png' }];
  const response = await api.post(form(files), { traceparent: `00-${trace}-${client}-01` });
  const { id } = await exactly(createdJobSchema, response);
  await api.finished(id, { limitMs: 60_000 });
  const spans = () => receiver.spans().filter(({ traceId }) => traceId === trace);
  const shown = ({ name }: RecordedSpan) =>
    name !== 'project' && !/ (event_store|object_store|read_model)$/.test(name);
  await expect.poll(() => spanTree(spans(), shown), { timeout: 20_000 }).toBe(TREE);
  expect(rootsOf(spans()).map(({ parentId }) => parentId)).toEqual([client]);
  expect(spans().filter(({ failed }) => failed)).toEqual([]);
  const text = spans()
    .map((span) => span.text)
    .join('\n');
  for (const secret of ['the-secret-dinner', '/files/', 'result-', String(truth.fields.merchant)])
    expect(text).not.toContain(secret);
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
