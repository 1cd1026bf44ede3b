import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { jobSchema, knownFields, type OcrResult, ocrResultSchema } from '@inkstream/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Started, startCommand } from '../start/start-command.ts';
import { wordF1 } from '../support/word-f1.ts';
import { codeIn } from './page.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LIMIT_MS = 90_000;
const run = promisify(execFile);

let dataDir: string;
let started: Started;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'inkstream-docs-'));
  started = await startCommand(dataDir);
});
afterAll(async () => {
  await started.stop();
  await rm(dataDir, { recursive: true });
});

/** The first block of a language in the README that reads a result, for the Inkstream of this test. */
async function printed(language: string): Promise<string> {
  const blocks = codeIn(await readFile(join(ROOT, 'README.md'), 'utf8'), language);
  const block = blocks.find((code) => code.includes('ocrData')) ?? '';
  expect(block.split('\n').length - 1).toBeLessThanOrEqual(10);
  return block.replaceAll('localhost:3000', new URL(started.url ?? '').host);
}

/** What a program says on standard output, in the root of the repository. */
async function says(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(program, args, { cwd: ROOT, timeout: LIMIT_MS });
  return stdout;
}

/** A test of what needs programs: without one of them it says so in its name, and is skipped. */
function itWith(programs: readonly string[], title: string, test: () => Promise<void>): void {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error);
  const name = missing.length > 0 ? `${title} (skipped: no ${missing.join(', ')} here)` : title;
  it.skipIf(missing.length > 0)(name, { timeout: LIMIT_MS }, test);
}

itWith(['curl', 'jq'], "the README's curl uploads a receipt, and jq finds its total", async () => {
  const said = await says('sh', ['-ec', await printed('sh')]);
  expect(said).toMatch(/^\{"id":1\}/);
  expect(said.trimEnd().endsWith('\n"85.85"')).toBe(true);
});

it("the README's ten lines of Node upload a receipt and print its total", { timeout: LIMIT_MS }, async () => {
  expect(await says(process.execPath, ['--input-type=module', '-e', await printed('js')])).toBe(
    'WARUNG PAK MAN ENTERPRISE 85.85\n',
  );
});

itWith(['python3'], "the README's ten lines of Python print the total of a job", async () => {
  expect(await says('python3', ['-c', await printed('python')])).toMatch(/^cafe\S* 85\.85\n$/);
});

it('the example of docs/result.md is what the local engine reads', async () => {
  const { files } = jobSchema.parse(await (await fetch(`${started.url}/ocr-jobs/1`)).json());
  const read = ocrResultSchema.parse(JSON.parse(files[0]?.executions[0]?.ocrData ?? 'null'));
  const [example = ''] = codeIn(await readFile(join(ROOT, 'docs/result.md'), 'utf8'), 'json');
  // What a line holds, and where, differs a little from processor to processor.
  const contentOf = ({ schemaVersion, pages, receipt, warnings }: OcrResult) => ({
    schemaVersion,
    pages: pages.map(({ lines: _lines, ...page }) => page),
    fields: receipt && knownFields(receipt).map(({ name, field }) => [name, field.value]),
    warnings,
  });
  const shown: OcrResult = JSON.parse(example);
  expect(contentOf(read)).toEqual(contentOf(shown));
  expect(wordF1(read.text, shown.text)).toBeGreaterThanOrEqual(0.9);
});
