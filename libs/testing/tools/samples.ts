import { generateReceipt, type ReceiptOptions, type ReceiptTruth } from '../src/index.ts';

/** What is kept beside a sample: everything that it says, without the places of single words. */
export type SampleTruth = Omit<ReceiptTruth, 'words'> & { mimeType: string };

/** The receipts of the `samples` folder: file name, and how each is made. */
export const samples = {
  'supermarket-my-scan.jpg': {
    seed: 101,
    layout: 'supermarket-my',
    degrade: { rotate: 0.6, blur: 0.4, noise: 3 },
    quality: 75,
  },
  'cafe-my-faded.png': { seed: 102, layout: 'cafe-my', format: 'png', degrade: { fade: 0.5 } },
  'diner-us-photo.jpg': {
    seed: 103,
    layout: 'diner-us',
    degrade: { perspective: 0.04, rotate: 3, shadow: 0.5, noise: 2 },
    quality: 80,
  },
  'kassenbon-de-rotated.webp': { seed: 104, layout: 'kassenbon-de', format: 'webp', degrade: { rotate: 90 } },
  'restaurant-uk.pdf': { seed: 105, layout: 'restaurant-uk', format: 'pdf' },
} satisfies Record<string, ReceiptOptions>;

/** The truth's file stands beside the sample: `receipt.jpg` has `receipt.json`. */
export const truthName = (sample: string): string => sample.replace(/\.\w+$/, '.json');

/** A sample's bytes and truth. */
export async function makeSample(
  options: ReceiptOptions,
): Promise<{ bytes: Uint8Array; truth: SampleTruth }> {
  const { image, mimeType, truth } = await generateReceipt(options);
  const { words: _, ...rest } = truth;
  return { bytes: image, truth: { mimeType, ...rest } };
}
