import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { collector, configuration, runCollector } from './collector.ts';

let opened: AsyncDisposableStack;
beforeEach(() => {
  opened = new AsyncDisposableStack();
});
afterEach(() => opened.disposeAsync());

interface Sent {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: readonly object[] };
    readonly scopeLogs: readonly { readonly logRecords: readonly object[] }[];
  }[];
}

/** What is sent to Loki. */
async function startLoki(): Promise<{ readonly url: string; readonly sent: Sent[] }> {
  const sent: Sent[] = [];
  const server = createServer(async (request, response) => {
    if (request.url === '/otlp/v1/logs') sent.push(JSON.parse(await text(request)));
    response.setHeader('Content-Type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.defer(() => void server.close());
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}/otlp`, sent };
}

/** A line as Docker keeps it. */
const kept = (log: string) => `${JSON.stringify({ log, stream: 'stderr', time: '2026-01-01T00:00:00Z' })}\n`;

describe.skipIf(collector === null)('the collector (npm run collector)', () => {
  it.each(['collector', 'logs'] as const)('takes the configuration %s.yaml', async (name) => {
    await promisify(execFile)(collector ?? '', ['validate', `--config=${configuration(name)}`]);
  });

  it('sends the lines of our services to Loki with service, severity and trace, and none of others', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'inkstream-logs-'));
    opened.defer(() => rm(folder, { recursive: true }));
    const file = join(folder, 'one-json.log');
    await writeFile(file, kept('MongoDB starting'));
    const loki = await startLoki();
    const settings = ['encoding=json', 'compression=none'].map((one) => `exporters.otlphttp/loki.${one}`);
    opened.use(runCollector('logs', { CONTAINER_LOGS: file, LOKI_ENDPOINT: loki.url }, settings));
    const lines: string[] = [];
    const log = createLogger('query-api', 'info', { write: (line) => void lines.push(line) });
    log.warn({ trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16), jobId: 7 }, 'A store is slow');
    const others = ['plain text\n', '{"t":{"$date":"2026-01-01"},"s":"I","msg":"MongoDB"}\n'];
    await waitFor(
      'a line',
      async () => {
        // It reads what comes once it has begun to.
        await appendFile(file, [...others, ...lines].map(kept).join(''));
        return loki.sent.length;
      },
      (count) => count > 0,
      { everyMs: 500 },
    );
    const records = loki.sent.flatMap(({ resourceLogs }) => resourceLogs);
    for (const { resource, scopeLogs } of records) {
      expect(resource.attributes).toContainEqual({
        key: 'service.name',
        value: { stringValue: 'query-api' },
      });
      for (const record of scopeLogs.flatMap(({ logRecords }) => logRecords))
        expect(record).toMatchObject({
          body: { stringValue: 'A store is slow' },
          severityText: 'WARN',
          traceId: 'a'.repeat(32),
          spanId: 'b'.repeat(16),
          attributes: expect.arrayContaining([expect.objectContaining({ key: 'jobId' })]),
        });
    }
  });
});
