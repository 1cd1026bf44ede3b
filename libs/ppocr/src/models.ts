import { fileURLToPath } from 'node:url';

export type ModelName = 'default' | 'accurate' | 'fast';

/** The files of an engine, as absolute paths, and the height in pixels of the lines its recogniser takes. */
export type ModelFiles = {
  readonly detector: string;
  readonly recogniser: string;
  readonly alphabet: string;
  readonly lineHeight: number;
};

const bundled = (name: string) => fileURLToPath(new URL(`../models/${name}`, import.meta.url));

export async function resolveModel(
  model: ModelName,
  _options: { signal?: AbortSignal | undefined; log?: ((message: string) => void) | undefined },
): Promise<ModelFiles> {
  const lineHeight = model === 'fast' ? 32 : 48;
  return {
    detector: bundled('det-tiny.onnx'),
    recogniser: bundled(`rec-small-int8-${lineHeight}.onnx`),
    alphabet: bundled('alphabet.txt'),
    lineHeight,
  };
}
