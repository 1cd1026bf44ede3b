import { type Charge, callJson, type PageCall, type PagePicture, type Secret } from '@inkstream/provider-kit';
import { z } from 'zod';
import { paddleErrors, VENDOR } from './errors.ts';
import { type PageResults, pageResults } from './results.ts';

/** Reads a picture, whoever is asked. */
export type ReadPicture = (picture: PagePicture, call: PageCall) => Promise<PageResults>;

const answer = z.object({ result: pageResults });
/** In a request: the file is an image, and no PDF. */
const IMAGE = 1;

/**
 * A server of one's own: `/ocr` or `/layout-parsing` of PaddleOCR's basic serving, a call a page. The page is upright and
 * flat, as far as we could make it so; a server that turned it would tell boxes on another page than ours.
 */
export const servingReader = (endpoint: URL, key: Secret | undefined, spent: Charge = {}): ReadPicture => {
  const errors = paddleErrors(key);
  const headers = {
    'content-type': 'application/json',
    ...(key && { authorization: `token ${key.reveal()}` }),
  };
  return async ({ bytes }, { signal }) => {
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
};
