import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open as openFile } from 'node:fs/promises';
import { generateReceipt, onePixelPng } from '@inkstream/testing';
import { describe, expect, test } from 'vitest';
import { defaultLimits, openDocument, type PageImage } from './index.ts';
import { type Open, readAlone } from './spec-support/fuzz/alone.ts';
import { fuzz } from './spec-support/fuzz/fuzz.ts';
import { inputOf } from './spec-support/fuzz/inputs.ts';

const { image } = await generateReceipt({ seed: 51, layout: 'cafe-my', width: 96 });
const wholes = [{ name: 'receipt', bytes: image }];
const page: PageImage = { data: new Uint8Array(12), width: 4, height: 3, channels: 1 };
const good = async () => page;
/** A document of one page. */
const giving =
  (asked: () => Promise<PageImage>): Open =>
  async () => ({ pageCount: 1, page: asked, close: () => {} });
const never = (): Promise<never> => new Promise(() => {});
const quick = { ...defaultLimits, pageTimeoutMs: 1 };

const run = (open: Open, count = 1) =>
  fuzz({ wholes, seed: 1, first: 1, count, jobs: 1, aloneEvery: 1, open });

describe('the fuzz finds', () => {
  test.each<[string, Open, RegExp]>([
    [
      'another error',
      async () => Promise.reject(new TypeError('of ours')),
      /no DocumentError: TypeError: of ours/,
    ],
    [
      'another error of a page',
      giving(async () => Promise.reject(new Error('odd'))),
      /no DocumentError: Error: odd/,
    ],
    [
      'a page of fewer samples',
      giving(async () => ({ ...page, data: new Uint8Array(11) })),
      /11 samples for/,
    ],
    [
      'a page of too many pixels',
      giving(async () => ({ ...page, width: 7e6, height: 7 })),
      /a page of 7000000 x 7/,
    ],
  ])('%s', async (_, open, fault) => {
    const { findings, outcomes } = await run(open);
    expect(findings).toMatchObject([
      { number: 1, name: 'receipt', faults: expect.arrayContaining([expect.stringMatching(fault)]) },
    ]);
    expect([...outcomes.values()]).toEqual([1]);
  });

  test('a decoder that reads a sound file no longer', async () => {
    let opened = 0;
    const tired: Open = (bytes, limits) =>
      ++opened < 500 ? giving(good)(bytes, limits) : openDocument(Uint8Array.of(0xff), limits);
    expect((await run(tired, 500)).findings).toMatchObject([
      { faults: ['a sound file: unsupported_document'] },
    ]);
  });

  test('a document without an end', async () => {
    expect(await readAlone(async () => never(), image, quick, 20)).toMatchObject({
      faults: [expect.stringMatching(/no end after/)],
    });
  });
});

describe.skipIf(process.platform !== 'linux')('the fuzz finds what is left behind:', () => {
  test('a handle', async () => {
    const left: FileHandle[] = [];
    const { leaks } = await run(async (bytes, limits) => {
      left.push(await openFile('/dev/null'));
      return giving(good)(bytes, limits);
    });
    for (const handle of left) await handle.close();
    expect(leaks).toEqual([expect.stringMatching(/^\d+ handles are left$/)]);
  });

  test('a process', async () => {
    const left: ChildProcess[] = [];
    const { leaks } = await run(async (bytes, limits) => {
      left.push(spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30_000)'], { stdio: 'ignore' }));
      return giving(good)(bytes, limits);
    });
    for (const child of left) child.kill('SIGKILL');
    expect(leaks).toContainEqual(expect.stringMatching(/processes are left$/));
  });
});

test('an input is the same whenever it is made, and what its seed and number say', () => {
  const others = [...wholes, onePixelPng()];
  expect(inputOf(others, 7, 3)).toEqual(inputOf(others, 7, 3));
  const made = Array.from({ length: 20 }, (_, number) => inputOf(others, 7, number).bytes.toString('base64'));
  expect(new Set(made).size).toBeGreaterThan(15);
  expect(inputOf(others, 8, 3)).not.toEqual(inputOf(others, 7, 3));
});
