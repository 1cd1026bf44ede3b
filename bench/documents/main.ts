/** What documents cost to decode and to read by the local engine: see README.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { openDocument } from '@inkstream/document-pages';
import { createPpocr } from '@inkstream/ppocr';
import { deskPhoto, generateDocument, generateReceipt, textPdf } from '@inkstream/testing';
import Table from 'cli-table3';
import sharp from 'sharp';

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

sharp.concurrency(1);
sharp.cache(false);

const { image: receipt } = await generateReceipt({ seed: 1, format: 'png' });
const points = (mm: number) => (mm * 72) / 25.4;
const lines = Array.from({ length: 300 }, (_, at) => ['ITEM', at + 1, 'SOMETHING', `${at + 1}.00`].join(' '));
const fifty = Array.from({ length: 50 }, (_, seed) => ({ seed }));
const documents: readonly (readonly [string, Uint8Array])[] = [
  ['photo of 12 megapixels, JPEG', await deskPhoto(receipt, 12)],
  ['photo of 50 megapixels, JPEG', await deskPhoto(receipt, 50)],
  ['photo of 108 megapixels, JPEG', await deskPhoto(receipt, 108)],
  ['photo of 200 megapixels, JPEG', await deskPhoto(receipt, 200)],
  ['roll of 2 m, PDF', await textPdf(lines, [points(80), points(2000)])],
  ['50 pages, PDF', (await generateDocument(fifty, 'pdf')).image],
];

const engine = await createPpocr({ model: 'default' });
const table = new Table({
  head: ['document', 'page', 'decoded in CPU ms', 'decoder, MiB at most', 'read in CPU ms', 'lines'],
});
for (const [name, bytes] of documents) {
  const document = await openDocument(bytes);
  let size = '';
  let decoder = { cpuMs: 0, peakMib: 0 };
  let [readMs, found] = [0, 0];
  const look = () => {
    decoder = decoderSoFar() ?? decoder;
  };
  const sampler = setInterval(look, SAMPLED_EVERY_MS);
  for await (const page of document) {
    look();
    size = `${page.width} x ${page.height}`;
    const before = process.cpuUsage();
    found += (await engine.recognise(page)).lines.length;
    const { user, system } = process.cpuUsage(before);
    readMs += (user + system) / 1000;
  }
  clearInterval(sampler);
  document.close();
  const { cpuMs, peakMib } = decoder;
  table.push([name, size, cpuMs, peakMib.toFixed(0), readMs.toFixed(0), found]);
}
await engine.close();
console.log(table.toString());
