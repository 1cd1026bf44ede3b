import { listen, type Running, type RunningServer, startTelemetry } from '@inkstream/service-kit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createdId, form, upload } from './spec-support/documents.ts';
import { type StartedGateway, startGateway } from './spec-support/start-gateway.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

let collector: RunningServer;
let telemetry: Running;
let gateway: StartedGateway;
beforeAll(async () => {
  collector = await listen((request, response) => request.resume().once('end', () => response.end()), {
    host: '127.0.0.1',
    port: 0,
  });
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
  telemetry = await startTelemetry('upload-gateway', process.env);
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway.close();
  await telemetry.close();
  await collector.close(50);
});

test("an upload's events carry on the trace of its client", async () => {
  const response = await upload(gateway.url, form([{}]), { traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
  const events = await Array.fromAsync(gateway.eventStore.read(`ocrJob-${await createdId(response)}`));
  expect(events).toHaveLength(2);
  for (const { metadata } of events)
    expect(metadata.traceparent).toMatch(new RegExp(`^00-${TRACE}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
});
