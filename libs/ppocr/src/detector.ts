import { type GreyImage, resizeImage } from './grey-image.ts';
import { FloatScratch } from './scratch.ts';
import { type NativeCall, openSession } from './session.ts';

/** For each pixel of the shrunk page, the probability that it belongs to (the shrunk core of) a text line. */
export type TextMap = {
  readonly probabilities: Float32Array;
  readonly width: number;
  readonly height: number;
};

export type Detector = { detect(image: GreyImage): Promise<TextMap>; release(): Promise<void> };

/** The longer side the network sees at most, and the step of both sides: DetResizeForTest of PaddleOCR. */
const maxSide = 960;
const sideStep = 32;

/** Means and deviations of ImageNet in the network's order of planes, blue, green, red: NormalizeImage of PaddleOCR. */
const planes = [
  { mean: 0.406, deviation: 0.225 },
  { mean: 0.456, deviation: 0.224 },
  { mean: 0.485, deviation: 0.229 },
];

/**
 * Loads the text detector, a DBNet (Liao et al., "Real-time Scene Text Detection with Differentiable
 * Binarization", AAAI 2020) as PP-OCR has it.
 */
export async function openDetector(modelPath: string, native: NativeCall): Promise<Detector> {
  const session = await openSession(modelPath, native);
  const scratch = new FloatScratch();
  return {
    async detect(image) {
      const { width, height } = detectorSize(image.width, image.height);
      const resized = await resizeImage(image, width, height);
      const input = scratch.take(planes.length * width * height);
      normalise(resized.data, input);
      const { data } = await session.run(input, [1, planes.length, height, width]);
      return { probabilities: data, width, height };
    },
    release: () => session.release(),
  };
}

/** The size the network sees: the page shrunk (never enlarged) to the longest side, sides rounded to the step. */
export function detectorSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  const fit = (side: number) => Math.max(sideStep, Math.round((side * scale) / sideStep) * sideStep);
  return { width: fit(width), height: fit(height) };
}

/** Grey 0..255 to three normalised planes, one after another. */
function normalise(grey: Uint8Array, planar: Float32Array): void {
  const size = planar.length / planes.length;
  planes.forEach(({ mean, deviation }, plane) => {
    const level = Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean) / deviation);
    for (let i = 0, p = plane * size; i < size; i++, p++) planar[p] = level[grey[i]!]!;
  });
}
