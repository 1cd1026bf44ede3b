import { readWholeAlphabet } from '../alphabet.ts';
import { decodeCtc, type Reading } from '../ctc.ts';
import { type NativeCall, openSession } from '../session.ts';
import { wholeAlphabet } from './line-models.ts';

/** The recogniser's last layer with all its 18,710 classes, which is Chinese, Japanese and Greek beside Latin. */
export type WholeAlphabet = {
  /** Reads a line by what the recogniser saw in it: frames x 120. */
  read(features: Float32Array): Promise<Reading>;
  release(): Promise<void>;
};

const featureCount = 120;

export async function openWholeAlphabet(native: NativeCall): Promise<WholeAlphabet> {
  const alphabet = await readWholeAlphabet(wholeAlphabet.alphabet);
  const session = await openSession(wholeAlphabet.model, native);
  return {
    async read(features) {
      const shape = [1, features.length / featureCount, featureCount];
      const { data } = await session.run(features, shape);
      return decodeCtc(data, alphabet.characters.length, alphabet);
    },
    release: () => session.release(),
  };
}
