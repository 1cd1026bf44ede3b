import { readWholeAlphabet } from '../alphabet.ts';
import { cropLine } from '../crop.ts';
import { decodeCtc, type Reading } from '../ctc.ts';
import type { GreyImage } from '../grey-image.ts';
import type { RotatedRect } from '../min-area-rect.ts';
import { FloatScratch } from '../scratch.ts';
import { type NativeCall, openSession } from '../session.ts';
import { spreadContrast } from './contrast.ts';
import type { LineModel } from './line-models.ts';

/** Reads lines of one script. */
export type LineRecogniser = {
  /** Reads the one line in the box, in the order in which it is seen: from the left. */
  read(image: GreyImage, rect: RotatedRect): Promise<Reading>;
  release(): Promise<void>;
};

/** Widest line in pixels, and the narrowest: three columns make a frame. */
const [widest, narrowest] = [3200, 12];
/** Its spaces are a class as any other. */
const asRead = { least: Number.POSITIVE_INFINITY, beforeColon: Number.POSITIVE_INFINITY };

/** Loads one of Tesseract's recognisers, which `tools/build-models` writes as ONNX. 10 ms, and 3 ms for each line. */
export async function openLineRecogniser(
  { model, alphabet: path, height }: LineModel,
  native: NativeCall,
): Promise<LineRecogniser> {
  const alphabet = await readWholeAlphabet(path);
  const session = await openSession(model, native);
  const scratch = new FloatScratch();
  return {
    async read(image, rect) {
      const exact = Math.ceil((height * rect.width) / rect.height);
      const width = Math.min(widest, Math.max(narrowest, exact));
      const planes = scratch.take(3 * height * width);
      cropLine(image, rect, { text: width, padded: width }, height, planes);
      const grey = planes.subarray(0, height * width);
      spreadContrast(grey, width, height);
      const { data } = await session.run(grey, [1, 1, height, width]);
      return decodeCtc(data, alphabet.characters.length, alphabet, asRead);
    },
    release: () => session.release(),
  };
}
