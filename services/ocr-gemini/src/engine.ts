import { GoogleGenAI } from '@google/genai';
import {
  connectionFault,
  type Engine,
  invalidAnswer,
  type ListedModel,
  type ModelAccess,
  type PagePicture,
  PROMPT,
  pageEngine,
  visionSchema,
} from '@inkstream/provider-kit';
import { readingOf, VENDOR } from './answer.ts';
import { geminiErrors } from './errors.ts';

/** A picture is sent within the request, whose limit is 20 MB once it is base64. */
const PICTURE = { mimeType: 'image/jpeg', maxSide: 3_072, maxBytes: 10_000_000 } as const;
/** Beyond it a page repeats itself: the fullest receipt takes some 10,000. */
const MOST_TOKENS = 32_768;
const SIDE_BY_SIDE = 4;
/** As many models as a page of their list can have. */
const LISTED_AT_ONCE = 1_000;

/** Gemini's `generateContent`: a page as a picture in, JSON by our schema out. */
export function geminiEngine({ key, model, baseUrl, prices, ...rest }: ModelAccess): Engine {
  const errors = geminiErrors(model, key);
  const { models } = new GoogleGenAI({
    apiKey: key.reveal(),
    enterprise: false,
    httpOptions: {
      baseUrl,
      // The SDK keeps no headers of an error, and may bury its body in another's.
      fetch: errors.fetch,
    },
  });
  const requestOf = ({ bytes, mimeType }: PagePicture, abortSignal: AbortSignal) => {
    const data = Buffer.from(bytes).toString('base64');
    return {
      model,
      contents: [{ role: 'user', parts: [{ inlineData: { mimeType, data } }, { text: PROMPT.text }] }],
      config: {
        responseMimeType: 'application/json',
        responseJsonSchema: visionSchema,
        maxOutputTokens: MOST_TOKENS,
        abortSignal,
      },
    };
  };
  return pageEngine({
    picture: PICTURE,
    sideBySide: SIDE_BY_SIDE,
    ...rest,
    probe: (signal) =>
      errors.call(signal, async () => {
        await models.get({ model, config: { abortSignal: signal } });
      }),
    models: (abortSignal) =>
      errors.call(abortSignal, async () => {
        const listed: ListedModel[] = [];
        for await (const { name } of await models.list({ config: { abortSignal, pageSize: LISTED_AT_ONCE } }))
          if (name) listed.push({ id: name.replace(/^models\//, '') });
        return listed;
      }),
    readPage: (picture, { signal }) =>
      errors.call(signal, async () => {
        const answer = await models.generateContent(requestOf(picture, signal)).catch((error: unknown) => {
          // It writes into what it was answered, be that an object or not.
          if (!(error instanceof TypeError) || connectionFault(error, VENDOR)) throw error;
          throw invalidAnswer(VENDOR, 'answered what is no candidate', error);
        });
        return readingOf(answer, model, prices);
      }),
  });
}
