import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serviceList } from './service-list.ts';
import { type RunningServices, startServices } from './start-services.ts';

const SAY_ENV =
  'console.log(JSON.stringify([process.env.PORT, process.env.QUERY_API_URL, process.env.SHARED]));';
const LIVE = `${SAY_ENV} process.on('SIGTERM', () => { console.error('closes'); process.exit(0); }); setInterval(() => {}, 1e6);`;

describe('the services of a folder', () => {
  let folder: string;
  let running: RunningServices | undefined;
  const lines: string[] = [];
  const has = (pattern: RegExp, times = 1) =>
    vi.waitFor(
      () => expect(lines.filter((line) => pattern.test(line)).length).toBeGreaterThanOrEqual(times),
      20_000,
    );
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-services-'));
    lines.length = 0;
  });
  afterEach(async () => {
    running?.end();
    await running?.ended;
    await rm(folder, { recursive: true });
  });

  const start = async (scripts: Readonly<Record<string, string>>) => {
    for (const [name, script] of Object.entries(scripts)) {
      await mkdir(join(folder, name, 'src'), { recursive: true });
      await writeFile(join(folder, name, 'src/main.ts'), script);
    }
    const all = await serviceList(pathToFileURL(`${folder}/`), 4000);
    const services = all.filter(({ name }) => name in scripts);
    const env = { PATH: process.env.PATH, SHARED: 'yes' };
    running = startServices(services, { env, write: (line) => lines.push(line), pauseMs: 1 });
    return running;
  };

  it('are the six of the core and every provider that has a folder, each at a port of its own', async () => {
    await mkdir(join(folder, 'ocr-x/src'), { recursive: true });
    for (const name of ['all-in-one', 'canary']) await mkdir(join(folder, name, 'src'), { recursive: true });
    await mkdir(join(folder, 'notes'));
    for (const name of ['ocr-x', 'all-in-one', 'canary'])
      await writeFile(join(folder, name, 'src/main.ts'), '');
    const list = await serviceList(pathToFileURL(`${folder}/`), 4000);
    expect(list.map(({ name, env }) => [name, env.PORT])).toEqual([
      ['upload-gateway', '4000'],
      ['query-api', '4001'],
      ['projection', '4002'],
      ['event-relay', '4003'],
      ['housekeeper', '4004'],
      ['provider-door', '4005'],
      ['ocr-x', '4006'],
    ]);
  });

  it('speak with their names before their lines, know the query API, and end when they are asked to', async () => {
    const { ended, end } = await start({ 'upload-gateway': LIVE, 'ocr-x': LIVE });
    await has(/^upload-gateway \| \["4000","http:\/\/127\.0\.0\.1:4001","yes"\]$/);
    await has(/^ocr-x {10}\| \["4006",/);
    end();
    expect(await ended).toBe(true);
    await has(/\| closes$/, 2);
    await has(/\| ended with 0$/, 2);
  });

  it('are left out if they are not configured, with what they said of it, while the others run', async () => {
    const wants = "console.error('wants OCR_X_KEY'); process.exitCode = 78";
    const { ended, end } = await start({ 'upload-gateway': LIVE, 'ocr-x': wants });
    await has(/^ocr-x {10}\| is left out$/);
    await has(/^upload-gateway \| \["4000"/);
    end();
    expect(await ended).toBe(true);
    expect(lines.filter((line) => line.startsWith('ocr-x'))).toEqual([
      'ocr-x          | wants OCR_X_KEY',
      'ocr-x          | is left out',
    ]);
    await has(/^upload-gateway \| ended with 0$/);
  });

  it('all end at once if one of the core has variables that are wrong', async () => {
    const { ended } = await start({ 'upload-gateway': LIVE, projection: 'process.exit(78)' });
    expect(await ended).toBe(false);
    expect(lines.filter((line) => line.startsWith('projection'))).toEqual(['projection     | ended with 78']);
  });

  it('are started again if they end by themselves, and all end if one never starts', async () => {
    const { ended } = await start({ 'upload-gateway': LIVE, projection: 'process.exit(3)' });
    await has(/^projection {5}\| ended with 3$/, 5);
    expect(await ended).toBe(false);
    expect(lines.filter((line) => line.startsWith('projection')).length).toBe(5);
  });
});
