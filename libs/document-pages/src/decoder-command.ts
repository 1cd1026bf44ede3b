import { lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DocumentLimits } from './limits.ts';

/** What starts a decoder's process: under limits that hold, with nothing of ours in its environment. */
export interface DecoderCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const main = fileURLToPath(new URL('./decoder/main.ts', import.meta.url));
/** The CPU time of all pages together, which ends a busy process when nobody is left to do so. */
const cpuSeconds = 300;
const nodeArgs = [
  '--disable-warning=ExperimentalWarning',
  // Documents and pages are kept outside of the heap. Few collections while modules load spare 10 ms.
  '--max-old-space-size=128',
  '--max-semi-space-size=32',
  '--v8-pool-size=1',
];

/**
 * No core dump holds a document; memory and CPU time are limited; if util-linux is there, the process is killed with
 * the thread that started it, however that ends.
 */
const shell = `
ulimit -c 0 && ulimit -t "$1" && ulimit -d "$2" || exit 126
shift 2
setpriv --pdeathsig KILL true 2>/dev/null && exec setpriv --pdeathsig KILL "$@"
exec "$@"`;

/** How to run `decoder/main.ts`. Windows has no limits. */
export function decoderCommand({ memoryMb }: DocumentLimits): DecoderCommand {
  const node = [process.execPath, ...nodeArgs, main];
  const data = memoryMb * 1024 + codeRangeKb();
  const [command = '', ...args] =
    process.platform === 'win32'
      ? node
      : ['sh', '-c', shell, 'sh', String(cpuSeconds), String(data), ...node];
  return { command, args, env: decoderEnv() };
}

/** V8's most, KiB: ranges of threads that lie side by side look like one larger one. */
const mostCodeRangeKb = 512 * 1024;
let codeRange: number | undefined;

/**
 * KiB that V8 sets aside for machine code, readable and writable though hardly used (512 MiB on x64): Linux counts it
 * as data, for which the limit is. It is the same in every process.
 */
function codeRangeKb(): number {
  codeRange ??= process.platform === 'linux' ? Math.min(mostCodeRangeKb, largestCodeMapping()) : 0;
  return codeRange;
}

function largestCodeMapping(): number {
  const mappings = readFileSync('/proc/self/maps', 'latin1').matchAll(/^([0-9a-f]+)-([0-9a-f]+) rwxp/gm);
  const sizes = Array.from(mappings, ([, from, to]) => Number(`0x${to}`) - Number(`0x${from}`));
  return Math.ceil(Math.max(0, ...sizes) / 1024);
}

let cacheFolder: string | undefined;

function decoderEnv(): NodeJS.ProcessEnv {
  cacheFolder ??= privateFolder();
  return {
    PATH: process.env.PATH,
    UV_THREADPOOL_SIZE: '1',
    // libvips puts large pictures in temporary files otherwise. It knows no unit beyond g: 1t is a byte.
    VIPS_DISC_THRESHOLD: '1000000g',
    ...(cacheFolder ? { NODE_COMPILE_CACHE: cacheFolder } : {}),
  };
}

/** Where Node keeps the compiled code of the decoder's modules; empty if it would not be ours alone. */
function privateFolder(): string {
  const user = process.getuid?.();
  const folder = join(tmpdir(), `inkstream-decoder-${user ?? ''}`);
  try {
    mkdirSync(folder, { mode: 0o700, recursive: true });
    const { uid, mode } = lstatSync(folder);
    const directory = 0o040_700;
    return user === undefined || (uid === user && mode === directory) ? folder : '';
  } catch {
    return '';
  }
}
