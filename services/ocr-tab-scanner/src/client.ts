import {
  type Charge,
  callJson,
  createVendorErrors,
  type PageCall,
  type PagePicture,
  ProviderError,
  type Secret,
  takeUp,
} from '@inkstream/provider-kit';
import { z } from 'zod';
import { answer, result, resultAnswer, type TabScannerResult } from './answers.ts';

const VENDOR = 'Tabscanner';

export interface TabScannerOptions {
  readonly baseUrl: string;
  readonly key: Secret;
  /** When a result is asked for first, and how often then, ms. */
  readonly firstMs: number;
  readonly everyMs: number;
  /** What a page costs, readable or not. */
  readonly spent?: Charge;
}

/** What a code of the vendor means: https://docs.tabscanner.com. Those of success are no errors. */
function meaningOf(code: number) {
  switch (code) {
    case 400:
      return 'credentials_rejected';
    case 401:
      return 'credit_exhausted';
    case 405:
    case 407:
      return 'unsupported_document';
    case 403:
    case 404:
    case 406:
      return 'provider_rejected';
    default:
      return 'provider_unavailable';
  }
}
const [ACCEPTED, ACCEPTED_THOUGH_SMALL, THERE, PENDING, TOKEN_UNKNOWN] = [200, 300, 202, 301, 402];
/** Its OCR failed: on this picture alone, so that a topic does not stand still for it. */
const NOT_READ = 500;

/** Reads pictures: one call buys, others ask for the result by a token that is good for 90 days. */
export function tabScannerClient({ baseUrl, key, firstMs, everyMs, spent = {} }: TabScannerOptions) {
  const errors = createVendorErrors({
    vendor: VENDOR,
    key,
    body: answer,
    handle: ({ body: { code, message } }) => ({ said: message, code: meaningOf(code) }),
  });
  const headers = { apikey: key.reveal() };
  const fault = (body: z.infer<typeof answer>) => errors.of({ status: 200, headers: new Headers(), body });
  const get = <Body>(path: string, schema: z.ZodType<Body>, signal: AbortSignal) =>
    callJson(`${baseUrl}${path}`, { headers }, { vendor: VENDOR, errors, schema, signal, spent });

  async function buy({ bytes, mimeType }: PagePicture, signal: AbortSignal): Promise<string> {
    const body = new FormData();
    body.append('file', new Blob([Uint8Array.from(bytes)], { type: mimeType }), 'page.jpg');
    const init = { method: 'POST', headers, body };
    const said = await callJson(`${baseUrl}/api/2/process`, init, {
      vendor: VENDOR,
      errors,
      schema: answer,
      signal,
      spent,
    });
    const accepted = said.code === ACCEPTED || said.code === ACCEPTED_THOUGH_SMALL;
    if (!accepted || !said.token) throw fault(said);
    return said.token;
  }

  async function ask(token: string, signal: AbortSignal) {
    const said = await get(`/api/result/${encodeURIComponent(token)}`, resultAnswer, signal);
    if (said.code === PENDING) return 'pending';
    if (said.code === TOKEN_UNKNOWN) return 'unknown';
    if (said.code === NOT_READ) throw new ProviderError('invalid_result', said.message, undefined, { spent });
    if (said.code !== THERE) throw fault(said);
    const read = result.safeParse(said.result);
    if (!read.success) {
      const message = `${VENDOR} answered what nobody can read`;
      throw new ProviderError('invalid_result', message, undefined, { spent, cause: read.error });
    }
    return { result: read.data, raw: said.result };
  }

  return {
    read: (picture: PagePicture, call: PageCall): Promise<{ result: TabScannerResult; raw: unknown }> =>
      takeUp(
        { buy: () => buy(picture, call.signal), ask: (token) => ask(token, call.signal), firstMs, everyMs },
        call,
      ),
    /** Pages that may still be read. */
    credit: (signal: AbortSignal) => get('/api/credit', z.number(), signal),
  };
}
