/** Word F1 on generated receipts, flat and as photos: see README.md. */
import { createPpocr, readImage } from '@inkstream/ppocr';
import { type Degrade, generateReceipt } from '@inkstream/testing';
import { mean } from './statistics.ts';
import { wordF1 } from './word-f1.ts';

const receipts = 20;
const firstSeed = 5000;
const conditions: Record<string, Degrade> = {
  flat: {},
  'faded and noisy': { fade: 0.4, noise: 8, blur: 0.6 },
  'photo with perspective': { perspective: 0.04, rotate: 3 },
  'photo with perspective and shadow': { perspective: 0.04, rotate: 3, shadow: 0.5, noise: 4 },
  sideways: { rotate: 90 },
  'upside down': { rotate: 180 },
};

const engine = await createPpocr({ model: 'default' });
for (const [name, degrade] of Object.entries(conditions)) {
  const scores: number[] = [];
  for (let seed = firstSeed; seed < firstSeed + receipts; seed++) {
    const { image, truth } = await generateReceipt({ seed, degrade });
    const page = await engine.recognise(await readImage(image));
    scores.push(
      wordF1(
        page.lines.map(({ text }) => text),
        [truth.text],
      ),
    );
  }
  console.log(
    `${name.padEnd(34)} word F1 ${mean(scores).toFixed(3)}, worst ${Math.min(...scores).toFixed(3)}`,
  );
}
await engine.close();
