/** Decodes and reads one document by the sources in a folder, which are of any release: see README.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as documentPages from '@inkstream/document-pages';
import type * as ppocr from '@inkstream/ppocr';

/** What a document took; the rest of it is missing if it failed. */
export interface Taken {
  readonly page: string;
  readonly decodedMs: number;
  readonly decoderMib: number;
  readonly readMs: number;
  readonly lines: number;
  readonly error?: string;
}

/** Of `/proc/<pid>/stat`, proc(5): hundredths of a second. */
const [USER, SYSTEM] = [11, 12];
const SAMPLED_EVERY_MS = 20;
const MIB = 1024;

/** What the decoder's process, the only one that we have started, has taken so far: it is gone once the document is closed. */
function decoderSoFar(): { cpuMs: number; peakMib: number } | undefined {
  const [child] = readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
  if (!child) return undefined;
  const [, times = ''] = readFileSync(`/proc/${child}/stat`, 'utf8').split(') ');
  const fields = times.split(' ');
  const cpuMs = 10 * (Number(fields[USER]) + Number(fields[SYSTEM]));
  const peak = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1];
  return { cpuMs, peakMib: Number(peak) / MIB };
}

const [, , root = ''] = process.argv;
const from = <Module>(path: string): Promise<Module> => import(pathToFileURL(join(root, path)).href);

async function take(bytes: Uint8Array): Promise<Taken> {
  const { openDocument } = await from<typeof documentPages>('libs/document-pages/src/index.ts');
  const { createPpocr } = await from<typeof ppocr>('libs/ppocr/src/index.ts');
  const engine = await createPpocr({ model: 'default' });
  let [page, error] = ['', ''];
  let decoder = { cpuMs: 0, peakMib: 0 };
  let [readMs, lines] = [0, 0];
  const look = () => {
    decoder = decoderSoFar() ?? decoder;
  };
  const sampler = setInterval(look, SAMPLED_EVERY_MS);
  try {
    const document = await openDocument(bytes);
    for await (const image of document) {
      look();
      page = `${image.width} x ${image.height}`;
      const before = process.cpuUsage();
      lines += (await engine.recognise(image)).lines.length;
      const { user, system } = process.cpuUsage(before);
      readMs += (user + system) / 1000;
    }
    document.close();
  } catch (fault) {
    error = fault instanceof Error ? fault.message : String(fault);
  }
  clearInterval(sampler);
  await engine.close();
  const { cpuMs: decodedMs, peakMib: decoderMib } = decoder;
  return { page, decodedMs, decoderMib, readMs, lines, ...(error && { error }) };
}

process.once('message', async (bytes: Uint8Array) => {
  process.send?.(await take(bytes), () => process.disconnect());
});
