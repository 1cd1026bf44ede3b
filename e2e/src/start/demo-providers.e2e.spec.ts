import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PROVIDERS = [
  'aws-textract',
  'gemini',
  'llama-cpp',
  'mistral',
  'openai',
  'paddle-ocr-api',
  'paddle-ocr-local',
  'tab-scanner',
  'tesseract',
  'xai-grok',
];
/** Nobody listens there: what is a person's own must not be called. */
const NOWHERE = 'http://127.0.0.1:9';

it('npm run demo:providers reads a receipt by all ten providers without a key, and leaves nothing behind', async () => {
  const { PATH, HOME } = process.env;
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-demo-test-'));
  const env = {
    PATH,
    HOME,
    TMPDIR: folder,
    PADDLE_OCR_THREADS: '1',
    OPENAI_API_KEY: 'sk-of-a-person',
    OPENAI_BASE_URL: NOWHERE,
    HTTP_PROXY: NOWHERE,
  };
  try {
    const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'demo:providers'], {
      cwd: ROOT,
      env,
    });
    const rows = stdout.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
    const rowOf = (name: string) => rows.find((cells) => cells[1] === name)?.slice(2) ?? [];
    const head = rowOf('provider');
    const consensus = rowOf('consensus');
    const at = (cells: readonly string[], column: string) => cells[head.indexOf(column)] ?? '';
    expect(at(consensus, 'total')).toMatch(/^\d+\.\d\d$/);
    for (const name of PROVIDERS) {
      expect(at(rowOf(name), 'total'), name).toContain(at(consensus, 'total'));
      expect(at(rowOf(name), 'ms'), name).toMatch(/^\d+$/);
    }
    expect(at(rowOf('aws-textract'), 'cost')).toBe('0.01');
    expect(at(rowOf('tesseract'), 'tax'), 'marked, since it differs').toMatch(/^≠ /);
    expect((await readdir(folder)).filter((name) => name.startsWith('inkstream-demo'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
