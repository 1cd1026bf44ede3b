import { readAlphabet } from './alphabet.ts';
import { cropLine, lineWidth } from './crop.ts';
import { decodeCtc, type Reading } from './ctc.ts';
import type { GreyImage } from './grey-image.ts';
import type { RotatedRect } from './min-area-rect.ts';
import { type ModelFiles, resolveModel } from './models.ts';
import { FloatScratch } from './scratch.ts';
import { type NativeCall, openSession } from './session.ts';

/** A line in Latin script, and what else was seen of it. */
export type LatinReading = Reading & {
  /** What was seen, frames x 120, for the {@link WholeAlphabet}; of the bundled models alone. */
  readonly features?: Float32Array;
  /** How probable each of `scriptClasses` is; of the bundled models alone. */
  readonly scripts?: Float32Array;
};

export type Recogniser = {
  /** Reads the one line of text in the box, whose width runs along the text. */
  read(image: GreyImage, rect: RotatedRect): Promise<LatinReading>;
  release(): Promise<void>;
};

type RecogniserFiles = Pick<ModelFiles, 'recogniser' | 'alphabet' | 'lineHeight'>;

/**
 * Loads the line recogniser, SVTR-like with a CTC head (Du et al., "SVTR: Scene Text Recognition with a Single
 * Visual Model", IJCAI 2022). One line at a time at its own width costs less than batches padded to the widest.
 */
export async function openRecogniser(
  { recogniser: modelPath, alphabet: alphabetPath, lineHeight: height }: RecogniserFiles,
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
      const outputs = await session.runAll(planes, [1, 3, height, size.padded]);
      const [probabilities] = outputs.values();
      const classCount = probabilities?.shape.at(-1);
      if (probabilities === undefined || classCount !== alphabet.characters.length) {
        throw new Error(`${modelPath}: ${classCount} classes, but ${alphabet.characters.length} characters`);
      }
      const reading = decodeCtc(probabilities.data, classCount, alphabet);
      const [features, scripts] = [outputs.get('features')?.data, outputs.get('scripts')?.data];
      return { ...reading, ...(features && { features }), ...(scripts && { scripts }) };
    },
    release: () => session.release(),
  };
}

/** Lines that read as sure as this in Latin are in no other script. */
const surelyLatin = 0.9;

/** A recogniser that says nothing of scripts, with one of the bundled models beside it that looks at its unsure lines. */
export async function openJudgedRecogniser(files: RecogniserFiles, native: NativeCall): Promise<Recogniser> {
  const reader = await openRecogniser(files, native);
  const judge = await openRecogniser(await resolveModel('default', {}), native);
  return {
    async read(image, rect) {
      const reading = await reader.read(image, rect);
      if (reading.confidence >= surelyLatin) return reading;
      const { features, scripts } = await judge.read(image, rect);
      return { ...reading, ...(features && { features }), ...(scripts && { scripts }) };
    },
    async release() {
      await reader.release();
      await judge.release();
    },
  };
}
