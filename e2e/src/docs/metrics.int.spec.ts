import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inkstreamConfig, startInkstream } from '@inkstream/all-in-one';
import { defineProvider } from '@inkstream/provider-kit';
import { readConfig, silentLogger } from '@inkstream/service-kit';
import { type RecordedMetric, recordTelemetry } from '@inkstream/testing/telemetry';
import { beforeAll, expect, it, vi } from 'vitest';
import { tablesIn } from './page.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const ROOT = new URL('../../../', import.meta.url);
const words = (cell: string) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, word = '']) => word);

const documented = new Map(
  tablesIn(readFileSync(new URL('docs/operations/metrics.md', ROOT), 'utf8'))[0]?.rows.map(
    ([name = '', kind = '', unit = '', attributes = '']) => [
      words(name)[0] ?? '',
      { kind, unit: words(unit)[0] ?? '', attributes: words(attributes) },
    ],
  ),
);

/** Everything that we write, specs left out. */
const sources = ['services', 'libs']
  .flatMap((folder) =>
    readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !/\.spec\.|spec-support|node_modules/.test(path))
      .map((path) => readFileSync(new URL(`${folder}/${path}`, ROOT), 'utf8')),
  )
  .join('\n');

const reader = defineProvider({
  name: 'reader',
  version: '1.0.0',
  description: 'Reads nothing, for money',
  accepts: ['image/jpeg'],
  limits: { maxBytes: 1_048_576, maxPages: 1 },
  concurrency: 1,
  timeoutMs: 10_000,
  dailyBudget: { amount: '1', currency: 'USD' },
  engine: {
    recognise: async (_document, { call }) => {
      await call(async () => ({ cost: { amount: '0.01', currency: 'USD' } }));
      return { pages: [{ width: 1, height: 1, rotation: 0, lines: [] }], model: 'none' };
    },
  },
});

let measured: readonly RecordedMetric[] = [];
beforeAll(async () => {
  const recorded = recordTelemetry();
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-metrics-'));
  const config = readConfig(inkstreamConfig, { INKSTREAM_DATA_DIR: folder, PORT: '0' });
  const inkstream = await startInkstream(config, [reader], silentLogger());
  try {
    const upload = async () => {
      const body = new FormData();
      body.append('file', new Blob([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])]), 'a.jpg');
      body.append('ocrProvider_0', 'reader');
      return (await fetch(`${inkstream.url}/ocr-jobs/upload`, { method: 'POST', body })).status;
    };
    await vi.waitFor(async () => expect(await upload()).toBe(201), { timeout: 20_000, interval: 100 });
    await vi.waitFor(
      async () => {
        measured = await recorded.metrics();
        const ended = measured.find(({ name }) => name === 'inkstream.executions');
        expect(ended?.points.length).toBeGreaterThan(0);
      },
      { timeout: 20_000, interval: 100 },
    );
  } finally {
    await inkstream.close();
    await recorded.close();
    await rm(folder, { recursive: true });
  }
});

const own = () => measured.filter(({ name }) => name.startsWith('inkstream.'));

it('the page of metrics has every one that a running Inkstream measures, with its kind, unit and attributes', () => {
  expect(own().length).toBeGreaterThan(25);
  for (const { name, kind, unit, points } of own()) {
    const row = documented.get(name);
    expect({ name, kind: row?.kind, unit: row?.unit }).toEqual({ name, kind, unit });
    for (const { attributes } of points)
      for (const attribute of Object.keys(attributes))
        if (name !== 'inkstream.object_store.operation.duration')
          expect(row?.attributes).toContain(attribute);
  }
});

it('names of metrics are in lower case, so that Prometheus finds no fault with them', () => {
  for (const { name } of own()) expect(name).toMatch(/^[a-z][a-z_.]*$/);
});

it('the page of metrics has none that nobody measures', () => {
  const names = new Set(own().map(({ name }) => name));
  const absent = [...documented.keys()].filter(
    (name) =>
      !names.has(name) &&
      !sources.includes(`'${name}'`) &&
      !sources.includes(`'${name.replace('inkstream.provider.', '')}'`),
  );
  expect(documented.size).toBeGreaterThan(35);
  expect(absent).toEqual([]);
});

it('the page of metrics has every one that is named in the sources', () => {
  const named = [...sources.matchAll(/'(inkstream\.[a-z_]+(?:\.[a-z_]+)*)',?\s*(?:\{|documented)/g)].map(
    ([, name = '']) => name,
  );
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((name) => !documented.has(name))).toEqual([]);
});
