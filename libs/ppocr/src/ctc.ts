import type { Alphabet } from './alphabet.ts';

/** A line as read. `confidence` is the mean probability of its characters, 0 for an empty line. */
export type Reading = { readonly text: string; readonly confidence: number };

const blank = 0;

/**
 * Greedy decoding of connectionist temporal classification (Graves et al., ICML 2006): the likeliest class of each
 * frame, repeats merged, blanks dropped, as CTCLabelDecode of PaddleOCR does.
 *
 * @param probabilities frames x classes, row-major, each frame summing to 1.
 */
export function decodeCtc(probabilities: Float32Array, classCount: number, alphabet: Alphabet): Reading {
  let text = '';
  let sum = 0;
  let count = 0;
  let previous = blank;
  for (let frame = 0; frame + classCount <= probabilities.length; frame += classCount) {
    const { best, probability } = likeliest(probabilities, frame, alphabet.classes);
    if (best !== previous && best !== blank) {
      text += alphabet.characters[best];
      sum += probability;
      count++;
    }
    previous = best;
  }
  return { text, confidence: count === 0 ? 0 : sum / count };
}

function likeliest(p: Float32Array, frame: number, classes: Int32Array) {
  let best = blank;
  let probability = p[frame + blank]!;
  // Most frames are blank; one that has the majority needs no search.
  if (probability < 0.5) {
    for (let i = 0; i < classes.length; i++) {
      const candidate = p[frame + classes[i]!]!;
      if (candidate > probability) {
        probability = candidate;
        best = classes[i]!;
      }
    }
  }
  return { best, probability };
}
