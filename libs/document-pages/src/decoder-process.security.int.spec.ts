import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { generateReceipt, textPdf, tilingBomb } from '@inkstream/testing';
import sharp from 'sharp';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openDocument } from './index.ts';
import { fixture, withAperture } from './spec-support/fixture.ts';

const endsWithin = 2000;

/** The processes that a process of ours has started and that still run; on Linux only. */
function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8');
      return children.split(' ').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  });
}

/** A file of a process in /proc, or nothing if the process has ended. */
function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

/** Whether a process runs: one that has ended and that nobody has waited for does not. */
const isRunning = (pid: number): boolean => /^State:\s+[^ZX]/m.test(procFile(pid, 'status'));

/** The files that a process has open, but for compiled code. */
function openFiles(pid: number): string[] {
  try {
    const files = readdirSync(`/proc/${pid}/fd`).map((handle) => readlinkSync(`/proc/${pid}/fd/${handle}`));
    return files.filter((file) => !file.includes('/inkstream-decoder-'));
  } catch {
    return [];
  }
}

const pdf = await textPdf(['TOTAL 12.34']);
const own = () => childrenOf(process.pid);
const gone = (pid: number) =>
  vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: endsWithin, interval: 20 });

/** An open document and its process. */
async function open(bytes: Uint8Array = pdf, signal?: AbortSignal) {
  const before = own();
  const document = await openDocument(bytes, {}, signal);
  const [pid, ...others] = own().filter((child) => !before.includes(child));
  if (pid === undefined || others.length > 0) throw new Error('There is no process of its own');
  return { document, pid };
}

describe.skipIf(process.platform !== 'linux')('the process of a document', () => {
  test.each(['jpeg', 'png', 'gif', 'webp', 'tiff', 'avif', 'pdf'] as const)(
    'is another one for each %s, and ends with it',
    async (format) => {
      const { image } = await generateReceipt({ seed: 1, layout: 'cafe-my', width: 160, format });
      const [first, second] = [await open(image), await open(image)];
      expect(first.pid).not.toBe(second.pid);
      await second.document.page(0);
      for (const { document, pid } of [first, second]) {
        document.close();
        await gone(pid);
      }
    },
  );

  test('ends when the document is refused', async () => {
    await expect(openDocument(Buffer.from('%PDF-1.7 garbage'))).rejects.toThrow();
    await vi.waitFor(() => expect(own()).toEqual([]), { timeout: endsWithin });
  });

  test('is killed by an abort, whatever it is doing', async () => {
    const controller = new AbortController();
    const { document, pid } = await open(tilingBomb().bytes, controller.signal);
    const page = document.page(0);
    setTimeout(() => controller.abort(new Error('deleted')), 100);
    await expect(page).rejects.toThrow('deleted');
    await gone(pid);
    await expect(openDocument(pdf, {}, controller.signal)).rejects.toThrow('deleted');
  });

  test.each([
    ['SIGSEGV', 'corrupt_document'],
    ['SIGABRT', 'document_too_large'],
  ] as const)('that dies by %s costs its document alone', async (signal, code) => {
    const [dying, other] = [await open(tilingBomb().bytes), await open()];
    const page = dying.document.page(0);
    process.kill(dying.pid, signal);
    await expect(page).rejects.toMatchObject({ code });
    await expect(dying.document.page(0)).rejects.toMatchObject({ code });
    expect((await other.document.page(0)).width).toBe(900);
    other.document.close();
  });

  test('has limits, no core dumps, and nothing of ours', async () => {
    vi.stubEnv('MINIO_SECRET_KEY', 'secret-of-ours');
    const { document, pid } = await open();
    vi.unstubAllEnvs();
    const limits = procFile(pid, 'limits');
    expect(limits).toMatch(/^Max cpu time\s+300\s+300/m);
    expect(limits).toMatch(/^Max core file size\s+0\s+0/m);
    const data = Number(/^Max data size\s+(\d+)/m.exec(limits)?.[1]);
    expect(data).toBeGreaterThanOrEqual(640 * 2 ** 20);
    expect(data).toBeLessThan(1300 * 2 ** 20);
    expect(procFile(pid, 'environ')).not.toMatch(/secret-of-ours|npm_|VITEST/);
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
    for (const output of [1, 2]) expect(readlinkSync(`/proc/${pid}/fd/${output}`)).toBe('/dev/null');
    document.close();
  });
});

test.skipIf(process.platform !== 'linux')('a decoder holds a picture in memory, and in no file', async () => {
  const size = { width: 2400, height: 1600 };
  const photo = sharp({ create: { ...size, channels: 3, background: '#655' } });
  const { document, pid } = await open(await photo.webp({ effort: 0 }).toBuffer());
  let isDone = false;
  const page = document.page(0).finally(() => {
    isDone = true;
  });
  const files = new Set<string>();
  while (!isDone) {
    for (const file of openFiles(pid)) if (file.startsWith(tmpdir())) files.add(file);
    await setImmediate();
  }
  expect(await page).toMatchObject(size);
  document.close();
  expect([...files]).toEqual([]);
});

describe.skipIf(process.platform !== 'linux')('when the one who opened it', () => {
  let holder: ChildProcessWithoutNullStreams | undefined;
  afterEach(() => holder?.kill('SIGKILL'));

  /** Starts `holding.ts`, and finds the process that decodes. */
  async function holding(...args: string[]): Promise<number> {
    const script = fileURLToPath(new URL('./spec-support/holding.ts', import.meta.url));
    holder = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args]);
    await once(holder.stdout, 'data');
    const [pid] = childrenOf(holder.pid as number);
    if (pid === undefined) throw new Error('Nobody decodes');
    expect(isRunning(pid)).toBe(true);
    return pid;
  }

  test('is killed with signal 9, its process ends', async () => {
    const pid = await holding();
    holder?.kill('SIGKILL');
    await gone(pid);
  });

  test('is a worker thread that is terminated, its process ends', async () => {
    const pid = await holding('worker');
    holder?.stdin.write('terminate\n');
    await gone(pid);
  });
});

test('what a decoder prints reaches neither our output nor an error', async () => {
  const crop = withAperture(await fixture('receipt.heic'), 400, 2400);
  const start = crop.indexOf('clap');
  crop.write('\n{}\n', start, 'latin1');
  const said = [
    vi.spyOn(process.stdout, 'write'),
    vi.spyOn(process.stderr, 'write'),
    vi.spyOn(console, 'log'),
  ];
  const fault: unknown = await openDocument(crop).then(
    (document) => document.page(0),
    (error: unknown) => error,
  );
  for (const spy of said) expect(spy).not.toHaveBeenCalled();
  vi.restoreAllMocks();
  expect(fault).toMatchObject({
    message: 'The HEIC image is damaged and cannot be decoded; save, scan or photograph it anew',
  });
});
