import { fileURLToPath } from 'node:url';
import { cacheDirectory, fetchAccurateModels } from './accurate-models.ts';
import { detectInt8Support } from './cpu.ts';

/**
 * `default`: tiny detector, small recogniser in int8, lines 48 high. `fast`: the same, lines 32 high. `accurate`:
 * small detector and small recogniser in 32-bit floats, fetched once.
 */
export type ModelName = 'default' | 'accurate' | 'fast';

/** The files of an engine, as absolute paths, and the height in pixels of the lines its recogniser takes. */
export type ModelFiles = {
  readonly detector: string;
  readonly recogniser: string;
  readonly alphabet: string;
  readonly lineHeight: number;
};

export type ModelOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly log?: ((message: string) => void) | undefined;
};

/**
 * The weights have 7 bits (-64..64), so that the sum of two products, at most 255 * 64 * 2 = 32,640, fits 16 bits:
 * the same model is right on every processor, and only its speed differs.
 */
const int8Notes = {
  exact: 'the processor has 8-bit dot products',
  saturating: 'no VNNI: slower, and exact as the weights have 7 bits',
  unknown: 'VNNI unknown here: exact either way, as the weights have 7 bits',
};

/** The path of a file that comes with this package. */
export const bundled = (name: string) => fileURLToPath(new URL(`../models/${name}`, import.meta.url));

/** Finds (for `accurate`: fetches) the files of a model. */
export async function resolveModel(model: ModelName, { signal, log }: ModelOptions): Promise<ModelFiles> {
  if (model === 'accurate') {
    const files = await fetchAccurateModels(cacheDirectory(process.env), { signal });
    log?.('PP-OCRv6 accurate: small detector and recogniser in floats');
    return { ...files, lineHeight: 48 };
  }
  const lineHeight = model === 'fast' ? 32 : 48;
  log?.(`PP-OCRv6 ${model}: int8, lines ${lineHeight} high; ${int8Notes[await detectInt8Support()]}`);
  return {
    detector: bundled('det-tiny.onnx'),
    recogniser: bundled(`rec-small-int8-${lineHeight}.onnx`),
    alphabet: bundled('alphabet.txt'),
    lineHeight,
  };
}
