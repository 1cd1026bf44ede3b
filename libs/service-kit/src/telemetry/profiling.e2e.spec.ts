import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';
import { describe, expect, it } from 'vitest';
import { run } from '../spec-support/test-process.ts';

const loaded = `
  import { registerHooks } from 'node:module';
  let pprof = false;
  registerHooks({ resolve: (name, context, next) => { pprof ||= name.includes('pprof'); return next(name, context); } });`;
/** Burns CPU time in a function of its own, however busy the machine is, and holds what it makes, until it is told to stop. */
const profiled = `
  const held = [];
  function burnsCpu(ms) {
    for (const start = process.cpuUsage(); process.cpuUsage(start).user < ms * 1_000;)
      held.push(Math.random().toString(36).repeat(40));
  }
  const { Worker } = await import('node:worker_threads');
  const worker = 'setInterval(() => { for (const end = performance.now() + 20; performance.now() < end;); }, 40)';
  new Worker(worker, { eval: true }).unref();
  let stopped = false;
  process.once('message', () => { stopped = true; process.disconnect(); });
  const telemetry = await kit.startTelemetry('test-service', process.env);
  console.log('started');
  while (!stopped) { burnsCpu(20); await new Promise((resolve) => setTimeout(resolve, 20)); }
  const before = performance.now();
  await telemetry.close();
  console.log(performance.now() - before < 8_000 ? 'done' : 'late');`;

interface Received {
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  readonly types: readonly string[];
  /** Sums of the samples in whose stack the function is, by what is measured. */
  within(name: string): Readonly<Record<string, number>>;
}

function read(pprof: Buffer): Pick<Received, 'types' | 'within'> {
  const profile = Profile.decode(gunzipSync(pprof));
  const text = (index: number | bigint) => profile.stringTable.strings[Number(index)] ?? '';
  const types = profile.sampleType.map(({ type }) => text(type));
  const functions = new Map(profile.function.map(({ id, name }) => [Number(id), text(name)]));
  const names = new Map(
    profile.location.map(({ id, line }) => [
      Number(id),
      line.map(({ functionId }) => functions.get(Number(functionId))),
    ]),
  );
  const within = (name: string) => {
    const samples = profile.sample.filter(({ locationId }) =>
      locationId.some((id) => names.get(Number(id))?.includes(name)),
    );
    return Object.fromEntries(
      types.map((type, at) => [type, samples.reduce((sum, { value }) => sum + Number(value[at]), 0)]),
    );
  };
  return { types, within };
}

/** A server of profiles, that answers each with this status, or never. */
async function startReceiver(status: number | 'never' = 200) {
  const received: Received[] = [];
  const arrivals = new EventEmitter();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://receiver');
    const { authorization } = request.headers;
    const body = await buffer(request);
    if (request.method === 'POST' && pathname === '/profiles/ingest')
      received.push({ query: Object.fromEntries(searchParams), authorization, ...read(body) });
    arrivals.emit('profile');
    if (status !== 'never') response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    received,
    async having(count: number): Promise<void> {
      while (received.length < count) await once(arrivals, 'profile');
    },
    url: `http://127.0.0.1:${port}/profiles`,
    close: () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      return closed;
    },
  };
}

describe('profiling', () => {
  it('loads nothing if no server is set, or telemetry is disabled', async () => {
    const code = `${loaded}
      const telemetry = await kit.startTelemetry('test', process.env);
      await telemetry.close();
      console.log(pprof);`;
    const disabled = { OTEL_SDK_DISABLED: 'true', PYROSCOPE_SERVER_ADDRESS: 'http://127.0.0.1:4040' };
    const outputs = await Promise.all([{}, disabled].map((env) => run('../index.ts', code, env).ended));
    expect(outputs.map(({ stdout }) => stdout)).toEqual(['false\n', 'false\n']);
  });

  it('sends where the time goes and what holds the heap, one after another, and says which process it is', async () => {
    const server = await startReceiver();
    const env = {
      PYROSCOPE_SERVER_ADDRESS: server.url,
      PYROSCOPE_AUTH_TOKEN: 'a-token',
      PYROSCOPE_FLUSH_INTERVAL_MS: '300',
      OTEL_RESOURCE_ATTRIBUTES: 'k8s.pod.name=pod-1',
    };
    const { child, ended } = run('../index.ts', profiled, env);
    await server.having(4);
    child.send('stop');
    const { stdout, stderr, code: exit } = await ended;
    await server.close();
    expect({ exit, stdout, stderr }).toEqual({ exit: 0, stdout: 'started\ndone\n', stderr: '' });
    const { received } = server;
    expect(received.length, 'with the last ones, sent at the end').toBeGreaterThanOrEqual(6);
    const [times, heap] = received;
    expect(times?.types).toEqual(['samples', 'wall', 'cpu']);
    expect(heap?.types).toEqual(['inuse_objects', 'inuse_space']);
    const sums = received.map(({ within }) => within('burnsCpu'));
    const total = (type: string) => sums.reduce((sum, values) => sum + (values[type] ?? 0), 0);
    const cpuMs = total('cpu') / 1e6;
    expect(cpuMs).toBeGreaterThan(10);
    expect(total('wall') / 1e6).toBeGreaterThan(cpuMs * 0.9);
    expect(total('inuse_space')).toBeGreaterThan(100_000);
    const elsewhere = received.map(({ within }) => within('Non JS threads activity').cpu ?? 0);
    expect(Math.max(...elsewhere), 'of other threads, in sum').toBeGreaterThan(0);
    expect(times?.authorization).toBe('Bearer a-token');
    expect(times?.query).toMatchObject({ format: 'pprof', spyName: 'nodespy' });
    expect(new Set(received.map(({ query }) => query.name)).size).toBe(1);
    expect(times?.query.name).toMatch(
      /^test-service\{service_version=\d+\.\d+\.\d+,service_instance_id=[\da-f-]{36},k8s_pod_name=pod-1\}$/,
    );
  });

  it('says once that its server is away, refuses or never answers, goes on, and stops soon', async () => {
    const refusing = await startReceiver(503);
    const silent = await startReceiver('never');
    const away = await startReceiver();
    await away.close();
    const env = { PYROSCOPE_FLUSH_INTERVAL_MS: '100' };
    const processes = [refusing, silent, away].map(({ url }) =>
      run('../index.ts', profiled, { ...env, PYROSCOPE_SERVER_ADDRESS: url }),
    );
    await Promise.all(processes.map(({ saying }) => saying('started')));
    await Promise.all([refusing.having(3), silent.having(1)]);
    for (const { child } of processes) child.send('stop');
    const outputs = await Promise.all(processes.map(({ ended }) => ended));
    await refusing.close();
    await silent.close();
    for (const { code: exit, stdout, stderr } of outputs) {
      expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'started\ndone\n' });
      expect(stderr.match(/profiles cannot be sent/g), stderr).toHaveLength(1);
    }
  });

  it('refuses in a sentence an address that is none', async () => {
    const code =
      "await kit.startTelemetry('test', process.env).catch(({ name, message }) => console.log(name, message));";
    const { stdout } = await run('../index.ts', code, { PYROSCOPE_SERVER_ADDRESS: 'pyroscope:4040' }).ended;
    expect(stdout).toContain('ConfigError');
    expect(stdout).toContain('PYROSCOPE_SERVER_ADDRESS: must be a URL');
  });
});
