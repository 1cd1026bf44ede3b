import { readAlphabet } from './alphabet.ts';
import { cropLine, lineWidth } from './crop.ts';
import { decodeCtc, type Reading } from './ctc.ts';
import type { GreyImage } from './grey-image.ts';
import type { RotatedRect } from './min-area-rect.ts';
import { FloatScratch } from './scratch.ts';
import { type NativeCall, openSession } from './session.ts';

export type Recogniser = {
  /** Reads the one line of text in the box, whose width runs along the text. */
  read(image: GreyImage, rect: RotatedRect): Promise<Reading>;
  release(): Promise<void>;
};

/**
 * Loads the line recogniser, SVTR-like with a CTC head (Du et al., "SVTR: Scene Text Recognition with a Single
 * Visual Model", IJCAI 2022). One line at a time at its own width costs less than batches padded to the widest.
 *
 * @param height pixels of the model's input.
 */
export async function openRecogniser(
  modelPath: string,
  alphabetPath: string,
  height: number,
  native: NativeCall,
): Promise<Recogniser> {
  const alphabet = await readAlphabet(alphabetPath);
  const session = await openSession(modelPath, native);
  const scratch = new FloatScratch();
  return {
    async read(image, rect) {
      const size = lineWidth(rect);
      const planes = scratch.take(3 * height * size.padded);
      cropLine(image, rect, size, height, planes);
      const { data, shape } = await session.run(planes, [1, 3, height, size.padded]);
      const classCount = shape.at(-1);
      if (classCount !== alphabet.characters.length) {
        throw new Error(`${modelPath}: ${classCount} classes, but ${alphabet.characters.length} characters`);
      }
      return decodeCtc(data, classCount, alphabet);
    },
    release: () => session.release(),
  };
}
