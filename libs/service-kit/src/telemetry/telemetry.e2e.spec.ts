import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { run } from '../spec-support/test-process.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const loaded = `
  import { registerHooks } from 'node:module';
  let sdk = false;
  registerHooks({ resolve: (name, context, next) => { sdk ||= name.includes('sdk-node'); return next(name, context); } });`;

describe('telemetry', () => {
  it('loads nothing if no endpoint is set', async () => {
    const code = `${loaded}
      const telemetry = await kit.startTelemetry('test', process.env);
      const traced = await kit.inSpan('work', { parent: '${TRACEPARENT}' }, async () => kit.currentTraceparent());
      await telemetry.close();
      console.log(JSON.stringify({ sdk, traced }));`;
    const { code: exit, stdout } = await run('../index.ts', code).ended;
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ sdk: false });
  });

  it('continues the trace that it gets, passes it on, and sends the span to the endpoint', async () => {
    const received: string[] = [];
    const collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        if (request.url === '/v1/traces') received.push(Buffer.concat(chunks).toString('latin1'));
        response.end();
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    const code = `${loaded}
      const telemetry = await kit.startTelemetry('test-service', process.env);
      const traced = await kit.inSpan('work', { parent: '${TRACEPARENT}' }, async () => {
        await new Promise(setImmediate);
        return kit.currentTraceparent();
      });
      const fresh = await kit.inSpan('other', {}, async () => kit.currentTraceparent());
      await kit.inSpan('fails', {}, async () => { throw new Error('no'); }).catch(() => {});
      await telemetry.close();
      console.log(JSON.stringify({ sdk, traced, fresh }));`;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
    const { code: exit, stdout, stderr } = await run('../index.ts', code, env).ended;
    await new Promise((resolve) => collector.close(resolve));
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const { sdk, traced, fresh } = JSON.parse(stdout);
    expect(sdk).toBe(true);
    expect(traced).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
    expect(fresh).not.toContain('0af7651916cd43dd8448eb211c80319c');
    const sent = received.join('');
    expect(sent).toContain('test-service');
    expect(sent).toContain('work');
    expect(sent).toContain('exception');
  });
});
