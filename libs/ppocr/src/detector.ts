import { type GreyImage, resizeImage } from './grey-image.ts';
import { FloatScratch } from './scratch.ts';
import { type NativeCall, openSession } from './session.ts';

/** For each pixel of the shrunk page, the probability that it belongs to (the shrunk core of) a text line. */
export type TextMap = {
  readonly probabilities: Float32Array;
  readonly width: number;
  readonly height: number;
};

export type Detector = {
  /** Sees a page, whole or in tiles; so many times as large as usual if text is small. */
  detect(image: GreyImage, enlarged?: number): Promise<TextMap>;
  release(): Promise<void>;
};

/** The longer side the network sees at most, and the step of both sides: DetResizeForTest of PaddleOCR. */
const maxSide = 960;
const sideStep = 32;

/** A page that is longer than so many times its width is seen in tiles: shrunk whole, its text would be too small. */
const longestWhole = 3;
/** The shorter side of such a page, shrunk. */
const bandWidth = 480;
/** What two tiles share: some lines of text, so that each is seen whole, and not at the edge, by one of them. */
const overlap = 192;
/** Most pixels of the map of such a page. */
const maxMapPixels = 8_000_000;

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
  const [inputs, stitched] = [new FloatScratch(), new FloatScratch()];
  const see = async ({ data, width, height }: GreyImage): Promise<Float32Array> => {
    const input = inputs.take(planes.length * width * height);
    normalise(data, input);
    return (await session.run(input, [1, planes.length, height, width])).data;
  };
  return {
    async detect(image, enlarged = 1) {
      const { width, height } = detectorSize(image.width, image.height, enlarged);
      const resized = await resizeImage(image, width, height);
      const [columns, rows] = [bandsOf(width), bandsOf(height)];
      if (columns.length * rows.length === 1) return { probabilities: await see(resized), width, height };
      // Each part of the map is from the tile that sees it farthest from its edge: a line across a seam stays one.
      const probabilities = stitched.take(width * height);
      for (const down of rows)
        for (const across of columns) {
          const tile = partOf(resized, across.from, down.from, across.to - across.from, down.to - down.from);
          const seen = await see(tile);
          for (let y = down.keepFrom; y < down.keepTo; y++) {
            const start = (y - down.from) * tile.width - across.from;
            const kept = seen.subarray(start + across.keepFrom, start + across.keepTo);
            probabilities.set(kept, y * width + across.keepFrom);
          }
        }
      return { probabilities, width, height };
    },
    release: () => session.release(),
  };
}

/**
 * The size that the page is shrunk (never enlarged) to, sides rounded to the step: its longer side to what the network
 * sees at most, or the shorter side of a long page to the width of a band; both so many times as large for text that is
 * too small then.
 */
export function detectorSize(width: number, height: number, enlarged = 1): { width: number; height: number } {
  const [shorter, longer] = [Math.min(width, height), Math.max(width, height)];
  const whole = longer <= longestWhole * shorter;
  const wanted = enlarged * (whole ? maxSide / longer : bandWidth / shorter);
  const scale = Math.min(1, wanted, Math.sqrt(maxMapPixels / (width * height)));
  const fit = (side: number) => Math.max(sideStep, Math.round((side * scale) / sideStep) * sideStep);
  return { width: fit(width), height: fit(height) };
}

/** A part of a side of a page, and the part of it that counts in the map. */
interface Band {
  readonly from: number;
  readonly to: number;
  readonly keepFrom: number;
  readonly keepTo: number;
}

/** The bands of a side, the last of which ends with it. */
export function bandsOf(side: number): Band[] {
  const count = Math.max(1, Math.ceil((side - overlap) / (maxSide - overlap)));
  const starts = Array.from({ length: count }, (_, index) =>
    Math.max(0, Math.min(index * (maxSide - overlap), side - maxSide)),
  );
  /** In the middle of what the band before it shares with it. */
  const seam = (index: number): number => {
    const [before, start] = [starts[index - 1], starts[index]];
    if (start === undefined) return side;
    return before === undefined ? 0 : (before + maxSide + start) >> 1;
  };
  return starts.map((from, index) => ({
    from,
    to: Math.min(side, from + maxSide),
    keepFrom: seam(index),
    keepTo: seam(index + 1),
  }));
}

function partOf(image: GreyImage, x: number, y: number, width: number, height: number): GreyImage {
  if (width === image.width)
    return { data: image.data.subarray(y * width, (y + height) * width), width, height };
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * image.width + x;
    data.set(image.data.subarray(start, start + width), row * width);
  }
  return { data, width, height };
}

/** Grey 0..255 to three normalised planes, one after another. */
function normalise(grey: Uint8Array, planar: Float32Array): void {
  const size = planar.length / planes.length;
  planes.forEach(({ mean, deviation }, plane) => {
    const level = Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean) / deviation);
    for (let i = 0, p = plane * size; i < size; i++, p++) planar[p] = level[grey[i]!]!;
  });
}
