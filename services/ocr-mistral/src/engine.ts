import {
  assertListed,
  type Document,
  dataUrl,
  dayOf,
  documentEngine,
  type Engine,
  invalidAnswer,
  type ModelAccess,
  pageEngine,
} from '@inkstream/provider-kit';
import { HTTPClient, Mistral } from '@mistralai/mistralai';
import type { OCRRequest } from '@mistralai/mistralai/models/components';
import { ANNOTATION } from './annotation.ts';
import { isUnreadable, mistralErrors, rateHeadersOf } from './errors.ts';
import { readingsOf } from './readings.ts';

const PICTURE = { mimeType: 'image/jpeg', maxSide: 4_096, maxBytes: 20_000_000 } as const;
/** What is larger goes as pictures, bytes. */
const LARGEST_PDF = 50_000_000;
/** Each call sends the whole document. */
const PAGES_PER_CALL = 8;
const SIDE_BY_SIDE = 4;

/** In place of the console, which the SDK would tell headers with the key, and documents, if MISTRAL_DEBUG is set. */
const SILENT = { group() {}, groupEnd() {}, log() {} };

/** Mistral's `ocr.process`: a PDF as it is, with the pages to read; any other document page by page as pictures. */
export function mistralEngine({ key, model, baseUrl, prices, limits, limiter }: ModelAccess): Engine {
  const errors = mistralErrors(model, key);
  const client = new Mistral({
    apiKey: key.reveal(),
    serverURL: baseUrl,
    httpClient: new HTTPClient({
      fetcher: async (input, init) => {
        const answer = await errors.fetch(input, init);
        limiter.learn(rateHeadersOf(answer.headers));
        return answer;
      },
    }),
    retryConfig: { strategy: 'none' },
    debugLogger: SILENT,
  });
  const process = (request: Pick<OCRRequest, 'document' | 'pages'>, signal: AbortSignal) =>
    errors.call(signal, () => {
      const wishes = {
        model,
        includeBlocks: true,
        confidenceScoresGranularity: 'word',
        ...ANNOTATION,
      } as const;
      return client.ocr.process({ ...wishes, ...request }, { signal }).catch((error: unknown) => {
        throw isUnreadable(error) ? invalidAnswer('Mistral', 'answered what is no reading of pages') : error;
      });
    });
  const models = (signal: AbortSignal) =>
    errors.call(signal, async () => {
      const { data = [] } = await client.models.list(undefined, { signal }).catch((error: unknown) => {
        throw isUnreadable(error) ? invalidAnswer('Mistral', 'answered what is no list of models') : error;
      });
      return data.flatMap((listed) => {
        if (!('id' in listed)) return [];
        const ends = dayOf(listed.deprecation);
        return [{ id: listed.id, aliases: listed.aliases ?? [], ...(ends && { ends }) }];
      });
    });

  const pictures = pageEngine({
    picture: PICTURE,
    sideBySide: SIDE_BY_SIDE,
    limits,
    async readPage(picture, { signal }) {
      const answer = await process({ document: { type: 'image_url', imageUrl: dataUrl(picture) } }, signal);
      const [reading] = readingsOf(answer, prices, picture);
      return reading;
    },
  });
  const documents = documentEngine({
    pagesPerCall: PAGES_PER_CALL,
    limits,
    otherwise: pictures,
    async readPages(document, numbers, { signal }) {
      const documentUrl = dataUrl(document);
      const pages = numbers.map((number) => number - 1);
      const answer = await process({ document: { type: 'document_url', documentUrl }, pages }, signal);
      const found = pages.flatMap((index) => answer.pages.find((page) => page.index === index) ?? []);
      const readings = readingsOf({ ...answer, pages: found }, prices);
      return new Map(found.flatMap(({ index }, at) => (readings[at] ? [[index + 1, readings[at]]] : [])));
    },
  });
  const takesWhole = ({ mimeType, bytes }: Document) =>
    mimeType === 'application/pdf' && bytes.length <= LARGEST_PDF;
  return {
    limiter,
    models,
    probe: async (signal) => assertListed('Mistral', await models(signal), model),
    recognise: (document, reading) =>
      (takesWhole(document) ? documents : pictures).recognise(document, reading),
  };
}
