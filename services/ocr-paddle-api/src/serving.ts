import { type Charge, callJson, type PageCall, type PagePicture, type Secret } from '@inkstream/provider-kit';
import { z } from 'zod';
import { paddleErrors, VENDOR } from './errors.ts';
import { type PageResults, pageResults } from './results.ts';

/** What reads pictures, and tells whether it can now. */
export interface PictureReader {
  read(picture: PagePicture, call: PageCall): Promise<PageResults>;
  probe(signal: AbortSignal): Promise<void>;
}

const answer = z.object({ result: pageResults });
/** Of a server that is older, or of a proxy that lets nothing else through: it answers, and that is well. */
const NO_SUCH_PATH: readonly number[] = [404, 405];
/** In a request: the file is an image, and no PDF. */
const IMAGE = 1;

/**
 * A server of one's own: `/ocr` or `/layout-parsing` of PaddleOCR's basic serving, a call a page. The page is upright and
 * flat, as far as we could make it so; a server that turned it would tell boxes on another page than ours.
 */
export const servingReader = (endpoint: URL, key: Secret | undefined, spent: Charge = {}): PictureReader => {
  const errors = paddleErrors(key);
  const headers = {
    'content-type': 'application/json',
    ...(key && { authorization: `token ${key.reveal()}` }),
  };
  const read: PictureReader['read'] = async ({ bytes }, { signal }) => {
    const body = JSON.stringify({
      file: Buffer.from(bytes).toString('base64'),
      fileType: IMAGE,
      visualize: false,
      useDocOrientationClassify: false,
      useDocUnwarping: false,
    });
    const init = { method: 'POST', headers, body };
    const { result } = await callJson(endpoint, init, {
      vendor: VENDOR,
      errors,
      schema: answer,
      signal,
      spent,
    });
    return result;
  };
  return {
    read,
    async probe(signal) {
      const options = { vendor: VENDOR, errors, schema: z.unknown(), signal, answers: NO_SUCH_PATH };
      await callJson(new URL('health', endpoint), { headers }, options);
    },
  };
};
