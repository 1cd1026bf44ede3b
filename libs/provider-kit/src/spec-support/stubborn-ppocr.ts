import { createPpocr } from '@inkstream/ppocr';
import type { CreateEngine } from '../engine.ts';

/** PP-OCR that reads one page for ever, whatever its signal says: almost all of its time goes by within ONNX Runtime. */
export const createEngine: CreateEngine<null> = async (_, { log, native }) => {
  const ppocr = await createPpocr({ model: 'default', log, native });
  const [width, height] = [1_200, 1_600];
  const data = new Uint8Array(width * height).fill(255);
  // Rows of what looks like text from afar.
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (y % 40 < 18 && (x * 7 + y * 13) % 11 < 5) data[i] = 0;
  }
  return {
    async recognise() {
      for (;;) await ppocr.recognise({ data, width, height, channels: 1 });
    },
  };
};
