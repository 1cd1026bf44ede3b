import { setTimeout as sleep } from 'node:timers/promises';
import { defineProvider } from '@inkstream/provider-kit';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
);

/** The form that uploads a picture with these words after it, under the name `<words>.png`. */
export function wordsUpload(words: string): FormData {
  const body = new FormData();
  body.append('file', new Blob([PIXEL, words]), `${words}.png`);
  body.append('ocrProvider_0', 'words');
  return body;
}

/** The provider `words`: reads what follows a picture, while `holds` does not say of the words to wait. */
export const wordsProvider = (holds: (words: string) => boolean = () => false) =>
  defineProvider({
    name: 'words',
    version: '1.0.0',
    description: 'Reads the words that follow a picture',
    accepts: ['image/png'],
    limits: { maxBytes: 1_000_000, maxPages: 1 },
    concurrency: 4,
    timeoutMs: 60_000,
    engine: {
      async recognise({ bytes }, { signal }) {
        const text = Buffer.from(bytes.subarray(PIXEL.length)).toString();
        if (holds(text)) await sleep(60_000, undefined, { signal });
        const line = { text, confidence: 1, box: [0, 0, 1, 1] as [number, number, number, number] };
        return { pages: [{ width: 1, height: 1, rotation: 0, lines: [line] }], model: 'words' };
      },
    },
  });
