import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { installPython, lifeline } from '@inkstream/native-stack';
import type { Env } from './cluster.ts';

const ROOT = new URL('../../../../', import.meta.url);
const EXAMPLE = new URL('examples/python-provider/', ROOT);
/** A model of Tesseract in the form that it takes on disk, as npm brings it. */
const MODEL = new URL('node_modules/@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz', ROOT);

/** `examples/python-provider` as a process. */
export interface PythonProvider {
  /** What it has written. */
  log(): string;
  /** Sends the signal and waits until it has ended; gives the exit code, null where the signal ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** Whatever starts it as often as it is asked to; `folder` takes its model. */
export async function pythonProvider(folder: string, env: Env): Promise<() => PythonProvider> {
  const python = await installPython(new URL('requirements.txt', EXAMPLE), console.error);
  const tessdata = join(folder, 'tessdata');
  await mkdir(tessdata);
  await writeFile(join(tessdata, 'eng.traineddata'), gunzipSync(await readFile(MODEL)));
  return () => {
    const child: ChildProcess = spawn(python, [fileURLToPath(new URL('provider.py', EXAMPLE))], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, OMP_THREAD_LIMIT: '1', TESSDATA_PREFIX: tessdata, ...env },
    });
    lifeline(child);
    const exited = once(child, 'close') as Promise<[code: number | null]>;
    const written: string[] = [];
    for (const output of [child.stdout, child.stderr])
      output?.setEncoding('utf8').on('data', (text: string) => written.push(text));
    return {
      log: () => written.join(''),
      async end(signal) {
        child.kill(signal);
        const [code] = await exited;
        return code;
      },
    };
  };
}
