import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provider as openAiProvider } from '@inkstream/ocr-openai';
import { readConfig, silentLogger } from '@inkstream/service-kit';
import { type GeneratedReceipt, generateReceipt } from '@inkstream/testing';
import { openai, type ProviderDouble, startDouble } from '@inkstream/testing/provider-doubles';
import { type RecordedSpan, recordTelemetry, rootsOf, spanTree } from '@inkstream/testing/telemetry';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Inkstream, inkstreamConfig, startInkstream } from './inkstream.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CLIENT_SPAN = 'b7ad6b7169203331';
const FILE_NAME = 'the-secret-dinner.jpg';

let folder: string;
let telemetry: ReturnType<typeof recordTelemetry>;
let vendor: ProviderDouble;
let inkstream: Inkstream;
let receipt: GeneratedReceipt;
beforeAll(async () => {
  telemetry = recordTelemetry();
  folder = await mkdtemp(join(tmpdir(), 'inkstream-trace-'));
  receipt = await generateReceipt({ seed: 3, layout: 'cafe-my' });
  vendor = await startDouble(openai);
  await vendor.know(receipt.image, receipt.truth);
  const env = {
    OPENAI_API_KEY: vendor.key ?? '',
    OPENAI_BASE_URL: `${vendor.url}/v1`,
    INKSTREAM_DATA_DIR: folder,
    PORT: '0',
  };
  const definition = await openAiProvider.configure(env);
  if ('wants' in definition) throw new Error('the double has a key');
  inkstream = await startInkstream(readConfig(inkstreamConfig, env), [definition], silentLogger());
  await vi.waitFor(async () => {
    const listed = (await (await fetch(`${inkstream.url}/providers`)).json()) as { name: string }[];
    expect(listed.map(({ name }) => name)).toContain('openai');
  }, 20_000);
});
afterAll(async () => {
  await inkstream?.close();
  await vendor?.close();
  await telemetry?.close();
  await rm(folder, { recursive: true });
});

const inTrace = (traceId: string): readonly RecordedSpan[] =>
  telemetry.spans().filter((span) => span.traceId === traceId);

async function upload(traceId: string, { image }: GeneratedReceipt): Promise<number> {
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(image)]), FILE_NAME);
  body.append('jobName', 'the secret job');
  body.append('ocrProvider_0', 'openai');
  const headers = { traceparent: `00-${traceId}-${CLIENT_SPAN}-01` };
  const response = await fetch(`${inkstream.url}/ocr-jobs/upload`, { method: 'POST', body, headers });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: number }).id;
}

/** The trace, once so many events of the job are projected, and all that led to them has ended. */
async function projected(traceId: string, events: number): Promise<readonly RecordedSpan[]> {
  await vi.waitFor(() => {
    const done = inTrace(traceId).filter(({ name }) => name === 'process ocr.job-events');
    expect(done).toHaveLength(events);
    expect(rootsOf(inTrace(traceId))).toHaveLength(1);
  }, 60_000);
  return inTrace(traceId);
}

const isStore = ({ name }: RecordedSpan) => / (event_store|object_store|read_model)$/.test(name);
const named = (spans: readonly RecordedSpan[], name: string) => spans.filter((span) => span.name === name);
const only = (spans: readonly RecordedSpan[], name: string): RecordedSpan => {
  const [first, ...others] = named(spans, name);
  if (!first || others.length > 0) throw new Error(`${others.length + (first ? 1 : 0)} spans ${name}`);
  return first;
};

describe('the trace of an upload', () => {
  let jobId: number;
  let spans: readonly RecordedSpan[];
  beforeAll(async () => {
    jobId = await upload(TRACE, receipt);
    spans = await projected(TRACE, 4);
  });

  it('goes from the client to the read model', () => {
    const shown = (span: RecordedSpan) => !isStore(span) && span.name !== 'project';
    expect(`\n${spanTree(spans, shown)}`).toBe(`
server POST /ocr-jobs/upload
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
          consumer process ocr.job-events`);
  });

  it('has one root, which goes on from the client, and no orphans', () => {
    expect(rootsOf(spans).map(({ name, parentId }) => [name, parentId])).toEqual([
      ['POST /ocr-jobs/upload', CLIENT_SPAN],
    ]);
    expect(spans.filter(({ failed }) => failed)).toEqual([]);
  });

  it('has the calls of the stores where they are made', () => {
    const parents = new Map(spans.map((span) => [span.spanId, span.name]));
    const called = new Set(
      spans.filter(isStore).map(({ name, parentId = '' }) => `${parents.get(parentId)}: ${name}`),
    );
    for (const call of [
      'POST /ocr-jobs/upload: put object_store',
      'POST /ocr-jobs/upload: append event_store',
      'fetch document: get object_store',
      'attempt: append event_store',
      'conclude: put object_store',
      'conclude: append event_store',
      'project: replaceJobs read_model',
    ])
      expect(called).toContain(call);
  });

  it('projects what comes at once in the trace of the first, linked to the others', () => {
    const batches = named(spans, 'project');
    const parents = new Set(named(spans, 'process ocr.job-events').map(({ spanId }) => spanId));
    for (const { parentId = '', links } of batches)
      for (const id of [parentId, ...links]) expect(parents).toContain(id);
    const events = batches.flatMap(({ parentId = '', links }) => [parentId, ...links]);
    expect(events.toSorted()).toEqual([...parents].toSorted());
  });

  it('says of each span what it is about', () => {
    const about = { 'inkstream.job.id': jobId, 'inkstream.tenant': 'default' };
    const request = { 'inkstream.request.id': expect.any(String) };
    const execution = { ...about, ...request, 'inkstream.execution.id': 1, 'inkstream.provider': 'openai' };
    expect(only(spans, 'POST /ocr-jobs/upload').attributes).toMatchObject({
      ...{ ...about, ...request, 'http.route': '/ocr-jobs/upload', 'http.response.status_code': 201 },
    });
    expect(only(spans, 'send ocr.requests.openai').attributes).toMatchObject({
      ...{ ...about, ...request, 'messaging.destination.name': 'ocr.requests.openai' },
      ...{ 'messaging.operation.type': 'send', 'messaging.message.id': expect.any(String) },
      'inkstream.event.type': 'ExecutionRequested',
    });
    expect(only(spans, 'process ocr.requests.openai').attributes).toMatchObject({
      ...{ ...execution, 'messaging.operation.type': 'process' },
    });
    expect(only(spans, 'attempt').attributes).toMatchObject({
      ...{ ...execution, 'inkstream.attempt': 1, 'inkstream.outcome': 'read' },
    });
    expect(only(spans, 'read page').attributes).toEqual({ 'inkstream.page.numbers': [1] });
    expect(only(spans, 'chat gpt-6-luna').attributes).toMatchObject({
      ...{ 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai' },
      ...{
        'gen_ai.request.model': 'gpt-6-luna',
        'gen_ai.response.model': expect.stringMatching(/^gpt-6-luna/),
      },
      'gen_ai.usage.input_tokens': expect.any(Number),
      'gen_ai.usage.output_tokens': expect.any(Number),
      'inkstream.provider': 'openai',
    });
    expect(only(spans, 'conclude').attributes).toMatchObject({ 'inkstream.outcome': 'completed' });
  });

  it('names neither content nor files, jobs, keys of objects or the key of the vendor', async () => {
    const { merchant, total } = receipt.truth.fields;
    const secrets = [FILE_NAME, 'the secret job', '/files/', 'result-', vendor.key ?? '-', String(merchant)];
    const exported = spans.map((span) => span.text).join('\n');
    for (const secret of secrets) expect(exported).not.toContain(secret);
    expect(exported).not.toContain(`"${total}"`);
  });
});

describe('what is asked of a job later', () => {
  const call = (path: string, traceId: string, init: RequestInit = {}, flags = '01') =>
    fetch(inkstream.url + path, {
      ...init,
      headers: { ...init.headers, traceparent: `00-${traceId}-${CLIENT_SPAN}-${flags}` },
    });
  const again = (jobId: number, traceId: string) =>
    call(`/ocr-jobs/${jobId}/files/1/executions`, traceId, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ocrProvider: 'openai' }),
    });

  it('has a trace of its own, linked to what was asked before, down to what is deleted', async () => {
    const [first, second, third] = ['1', '2', '3'].map((digit) => digit.repeat(32)) as [
      string,
      string,
      string,
    ];
    const jobId = await upload(first, receipt);
    const uploaded = only(await projected(first, 4), 'POST /ocr-jobs/upload');
    expect((await again(jobId, second)).status).toBe(201);
    const asked = only(await projected(second, 3), 'POST /ocr-jobs/:jobId/files/:fileId/executions');
    expect(asked.links).toEqual([uploaded.spanId]);
    expect(named(inTrace(second), 'conclude')).toHaveLength(1);

    expect((await call(`/ocr-jobs/${jobId}`, third, { method: 'DELETE' })).status).toBe(200);
    await vi.waitFor(() => expect(named(inTrace(third), 'process ocr.deletions')).toHaveLength(1), 20_000);
    expect(only(inTrace(third), 'DELETE /ocr-jobs/:id').links).toEqual([asked.spanId]);
    expect(rootsOf(inTrace(third))).toHaveLength(1);
  });

  it('is in no trace if the client samples none, down to the vendor', async () => {
    const trace = '4'.repeat(32);
    const body = new FormData();
    body.append('file', new Blob([new Uint8Array(receipt.image)]), FILE_NAME);
    body.append('ocrProvider_0', 'openai');
    const response = await call('/ocr-jobs/upload', trace, { method: 'POST', body }, '00');
    const { id } = (await response.json()) as { id: number };
    await vi.waitFor(
      async () =>
        expect(await (await fetch(`${inkstream.url}/ocr-jobs/${id}`)).json()).toMatchObject({
          status: 'completed',
        }),
      60_000,
    );
    expect(inTrace(trace)).toEqual([]);
    const about = telemetry.spans().filter(({ attributes }) => attributes['inkstream.job.id'] === id);
    expect(new Set(about.map(({ name }) => name))).toEqual(new Set(['GET /ocr-jobs/:id']));
  });

  it('is no span for as long as a client follows it', async () => {
    const trace = '5'.repeat(32);
    const jobId = await upload('6'.repeat(32), receipt);
    const stop = new AbortController();
    const { body } = await call(`/ocr-jobs/${jobId}/events`, trace, { signal: stop.signal });
    const reader = body?.getReader();
    await reader?.read();
    await vi.waitFor(() => expect(named(inTrace(trace), 'GET /ocr-jobs/:id/events')).toHaveLength(1), 5_000);
    await projected('6'.repeat(32), 4);
    // It goes on to be told, and what is read for that is in no trace, nor is its end.
    const before = inTrace(trace).length;
    await reader?.read();
    stop.abort();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(inTrace(trace)).toHaveLength(before);
  });
});
