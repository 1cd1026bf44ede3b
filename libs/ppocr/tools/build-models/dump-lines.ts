/** Writes every sixth line of generated receipts as the recogniser would see it, for calibration. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateReceipt } from '@inkstream/testing';
import sharp from 'sharp';
import { cropLine, lineWidth } from '../../src/crop.ts';
import { openDetector } from '../../src/detector.ts';
import { toGrey } from '../../src/grey-image.ts';
import { readImage } from '../../src/page-image.ts';
import { TextBoxFinder } from '../../src/text-boxes.ts';

const receipts = 60;
const firstSeed = 1000;
const everyNth = 6;
const height = 48;

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: dump-lines.ts FOLDER');
await mkdir(folder, { recursive: true });
const model = fileURLToPath(new URL('../../models/det-tiny.onnx', import.meta.url));
const detector = await openDetector(model, (call) => call());
const boxes = new TextBoxFinder();
let count = 0;
for (let seed = firstSeed; seed < firstSeed + receipts; seed++) {
  const degrade = { noise: (seed % 4) * 3, fade: (seed % 3) * 0.2 };
  const { image } = await generateReceipt({ seed, degrade });
  const page = toGrey(await readImage(image));
  for (const rect of boxes.find(await detector.detect(page), page)) {
    if (count++ % everyNth !== 0) continue;
    const size = lineWidth(rect);
    const planes = new Float32Array(3 * height * size.padded);
    cropLine(page, rect, size, height, planes);
    const grey = Uint8Array.from(planes.subarray(0, height * size.padded), (v) =>
      Math.round((v + 1) * 127.5),
    );
    await sharp(grey, { raw: { width: size.padded, height, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toFile(join(folder, `${seed}-${count}.png`));
  }
}
await detector.release();
