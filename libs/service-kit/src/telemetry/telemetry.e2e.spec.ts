import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
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

  it('serves metrics to Prometheus without any collector, with those of the runtime, and tells what the process is', async () => {
    const code = `
      const telemetry = await kit.startTelemetry('test-service', process.env);
      const gauge = kit.observe('inkstream.test', { unit: 's', description: 'd' }, () => 7);
      const traced = await kit.inSpan('work', {}, async () => kit.currentTraceparent());
      await new Promise((resolve) => setTimeout(resolve, 50));
      const response = await fetch(telemetry.metricsUrl);
      const elsewhere = await fetch(new URL('/', telemetry.metricsUrl));
      console.log(JSON.stringify({ traced, status: response.status, elsewhere: elsewhere.status, text: await response.text() }));
      await telemetry.close();`;
    const env = {
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_RESOURCE_ATTRIBUTES: 'k8s.pod.name=pod-1,k8s.namespace.name=ink',
    };
    const { code: exit, stdout, stderr } = await run('../index.ts', code, env).ended;
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const { text, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({ status: 200, elsewhere: 404 });
    expect(text).toContain('\ninkstream_test_seconds 7\n');
    expect(text).toMatch(/^nodejs_eventloop_utilization_ratio /m);
    expect(text).toMatch(/^v8js_memory_heap_used_bytes\{/m);
    const target = /^target_info\{(.*)\} 1$/m.exec(text)?.[1];
    expect(target).toContain('service_name="test-service"');
    expect(target).toMatch(/service_version="\d+\.\d+\.\d+/);
    expect(target).toMatch(/service_instance_id="[\da-f-]{36}"/);
    expect(target).toContain('k8s_pod_name="pod-1"');
    expect(target).not.toContain('process_command');
  });

  it.each<[string, boolean, (request: IncomingMessage, response: ServerResponse) => void]>([
    ['never answers', true, () => {}],
    ['answers 503', true, (_request, response) => response.writeHead(503, { 'Retry-After': '60' }).end()],
    ['answers garbage', false, (_request, response) => response.end('<html>\0')],
    ['hangs up', true, (request) => request.socket.destroy()],
  ])('lets a service end soon and in order if the endpoint %s', async (_, isLost, answer) => {
    const endpoint = createServer(answer);
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    const { port } = endpoint.address() as AddressInfo;
    const code = `
      await kit.runService(async () => {
        const telemetry = await kit.startTelemetry('test-service', process.env);
        await kit.inSpan('work', {}, async () => {});
        console.log('up');
        return { close: () => telemetry.close() };
      });`;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
    const { child, saying, ended } = run('../index.ts', code, env);
    await saying('up');
    const stoppedAt = performance.now();
    child.kill('SIGTERM');
    const { code: exit, stderr } = await ended;
    endpoint.closeAllConnections();
    await new Promise((resolve) => endpoint.close(resolve));
    expect({ exit, isLost: stderr.includes('cannot be sent, and is dropped') }).toEqual({ exit: 0, isLost });
    expect(stderr).not.toContain('    at ');
    expect(performance.now() - stoppedAt).toBeLessThan(8_000);
  });

  it('names the port of metrics, not that of the service, if another program uses it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const code = "await kit.runService(() => kit.startTelemetry('test', process.env));";
    const env = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: String(port) };
    const { code: exit, stderr } = await run('../index.ts', code, env).ended;
    await new Promise((resolve) => other.close(resolve));
    expect(exit).toBe(1);
    expect(stderr).toMatch(
      /^Cannot serve metrics: .*EADDRINUSE.* Name another OTEL_EXPORTER_PROMETHEUS_PORT, .*\n$/,
    );
  });

  it('refuses in a sentence what it cannot do', async () => {
    const code =
      "await kit.startTelemetry('test', process.env).catch(({ name, message }) => console.log(name, message));";
    const { stdout } = await run('../index.ts', code, { OTEL_METRICS_EXPORTER: 'promethius' }).ended;
    expect(stdout).toContain('ConfigError');
    expect(stdout).toContain('OTEL_METRICS_EXPORTER: must be otlp, prometheus, none, or otlp,prometheus');
  });
});
