import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openai, startDouble } from '@inkstream/testing/provider-doubles';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { readConfiguration } from './configuration.ts';
import { examine } from './examine.ts';
import { isWell, jsonOf, reportOf } from './report.ts';

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-doctor-'));
});
afterAll(() => rm(folder, { recursive: true }));

const look = (env: Readonly<Record<string, string>>) =>
  examine({ PORT: '0', INKSTREAM_DATA_DIR: join(folder, 'data'), ...env }, () => new Date());

it('finds nothing wrong on a machine that is well: documents are decoded, engines loaded, a key taken', async () => {
  const vendor = await startDouble(openai);
  onTestFinished(() => vendor.close());
  const findings = await look({ OPENAI_API_KEY: vendor.key ?? '', OPENAI_BASE_URL: `${vendor.url}/v1` });
  const report = reportOf(findings);
  expect([report, isWell(findings)]).toEqual([expect.stringMatching(/\n0 faults, \d+ warnings?$/), true]);
  expect(report).toContain('Decoder of documents: has drawn a page');
  expect(report).toContain('Provider paddle-ocr-local: its engine was loaded in a thread');
  expect(report).toMatch(/Provider openai: takes the key, and has \S+/);
  expect(report).toContain('Provider: not configured: mistral (MISTRAL_API_KEY)');
});

it('names each variable that is wrong, what is not used, and a vendor that takes no key, and shows no secret', async () => {
  const vendor = await startDouble(openai);
  onTestFinished(() => vendor.close());
  const findings = await look({
    OPENAI_API_KEY: 'sk-hush-hush-hush',
    OPENAI_BASE_URL: `${vendor.url}/v1`,
    MONGODB_URL: 'mongodb://user:hush@db/x',
    HOST: '0.0.0.0',
  });
  expect(isWell(findings)).toBe(false);
  const wrong = findings.filter(({ level }) => level !== 'ok');
  expect(wrong.map(({ subject, says }) => `${subject}: ${says}`)).toEqual([
    expect.stringMatching(/^Configuration: ALLOWED_HOSTS: must name the hosts/),
    'Configuration: MONGODB_URL is not used, since INKSTREAM_MODE is embedded',
    expect.stringMatching(/^Provider openai: /),
  ]);
  for (const { todo } of wrong) expect(todo).toBeTruthy();
  for (const said of [reportOf(findings), jsonOf(findings)]) expect(said).not.toContain('hush');
  expect(JSON.parse(jsonOf(findings))).toMatchObject({ ok: false });
});

it('says all that is wrong with the variables at once, and looks at the rest if it can', async () => {
  const env = { MAX_FILES_PER_JOB: '0', TESSERACT_THREADS: 'many', INKSTREAM_DATA_DIR: '/proc/ink' };
  const faults = (await look(env)).filter(({ level }) => level === 'fault').map(({ says }) => says);
  expect(faults).toEqual([
    expect.stringMatching(/^MAX_FILES_PER_JOB: must be a whole number/),
    expect.stringMatching(/^TESSERACT_THREADS: /),
    expect.stringContaining('/proc/ink cannot be used'),
  ]);
  const telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector',
    OTEL_METRICS_EXPORTER: 'promethius',
    PYROSCOPE_SERVER_ADDRESS: 'profiles',
  };
  const untold = (await look(telemetry)).filter(({ level }) => level === 'fault');
  expect(untold.map(({ says }) => says.split(':')[0]).toSorted()).toEqual(Object.keys(telemetry));
  const { findings } = readConfiguration({
    MAX_FILES_PR_JOB: '3',
    OPENAI_API_KEYS: 'sk-hush',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc',
    HOSTNAME: 'here',
  });
  expect(findings.map(({ level, says }) => `${level} ${says}`)).toEqual([
    'warning MAX_FILES_PR_JOB is read by nothing; is MAX_FILES_PER_JOB meant?',
    'warning OPENAI_API_KEYS is read by nothing; is OPENAI_API_KEY meant?',
  ]);
  const nothingElse = await look({ PORT: 'eighty', INKSTREAM_MODE: 'cloud' });
  expect(nothingElse.map(({ says }) => says)).toEqual([
    expect.stringMatching(/^PORT: must be a whole number/),
    expect.stringMatching(/^INKSTREAM_MODE: must be embedded or distributed/),
  ]);
});

it('names what is missing of distributed backends, and the port of metrics if it is taken', async () => {
  const other = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const findings = await look({
    INKSTREAM_MODE: 'distributed',
    INTERNAL_SECRET: 'x'.repeat(32),
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
  });
  const faults = findings.filter(({ level }) => level === 'fault');
  const missing = (name: string) => `${name}: is needed if INKSTREAM_MODE is distributed`;
  expect(faults.map(({ says }) => says)).toEqual([
    'another program listens there',
    missing('EVENTSTORE_URL'),
    missing('KAFKA_BROKERS'),
    ...['MINIO_URL', 'MINIO_ACCESS_KEY', 'MINIO_SECRET_KEY'].map(missing),
    missing('MONGODB_URL'),
  ]);
  expect(faults.map(({ todo }) => todo).join()).not.toMatch(/firewall|NetworkPolicy/);
});
