import {
  type Charge,
  callJson,
  type PagePicture,
  ProviderError,
  type Secret,
  takeUp,
} from '@inkstream/provider-kit';
import { z } from 'zod';
import { paddleErrors, VENDOR } from './errors.ts';
import { pageResults } from './results.ts';
import type { PictureReader } from './serving.ts';

export interface HostedOptions {
  readonly endpoint: URL;
  readonly key: Secret | undefined;
  readonly model: string;
  /** How often a job is asked for, ms. */
  readonly everyMs: number;
  /** What a page costs, readable or not. */
  readonly spent: Charge;
}

const submitted = z.object({ code: z.literal(0), data: z.object({ jobId: z.string().min(1) }) });
const NOT_FOUND = 404;
/** That there is no such job is told to those alone whose key is taken. */
const NO_JOB = 'ocrjob-00000000-0000-0000-0000-000000000000';
const job = z.union([
  z.object({
    code: z.literal(0),
    data: z.discriminatedUnion('state', [
      z.object({ state: z.literal(['pending', 'running']) }),
      z.object({ state: z.literal('failed'), errorMsg: z.string().default('no reason') }),
      z.object({
        state: z.literal('done'),
        resultUrl: z.object({ jsonUrl: z.url({ protocol: /^https?$/ }) }),
      }),
    ]),
  }),
  z.object({ code: z.number(), msg: z.string() }),
]);
/** Lines of JSON, one a page: there is one. */
const lines = z.tuple([z.object({ result: pageResults })]);
const parseLines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));

/** The hosted service: a job a page, which is submitted once and asked for until it is done. */
export const hostedReader = ({ endpoint, key, model, everyMs, spent }: HostedOptions): PictureReader => {
  const errors = paddleErrors(key);
  const headers = key ? { authorization: `bearer ${key.reveal()}` } : {};

  async function submit({ bytes, mimeType }: PagePicture, signal: AbortSignal): Promise<string> {
    const body = new FormData();
    body.append('file', new Blob([Uint8Array.from(bytes)], { type: mimeType }), 'page.jpg');
    body.append('model', model);
    body.append(
      'optionalPayload',
      JSON.stringify({ useDocOrientationClassify: false, useDocUnwarping: false }),
    );
    const init = { method: 'POST', headers, body };
    const { data } = await callJson(endpoint, init, {
      vendor: VENDOR,
      errors,
      schema: submitted,
      signal,
      spent,
    });
    return data.jobId;
  }

  async function ask(jobId: string, signal: AbortSignal) {
    const url = new URL(endpoint);
    url.pathname += `/${encodeURIComponent(jobId)}`;
    const call = { vendor: VENDOR, errors, signal, spent };
    const said = await callJson(url, { headers }, { ...call, schema: job, answers: [NOT_FOUND] });
    if (!('data' in said)) return 'unknown';
    const { data } = said;
    if (data.state === 'failed') {
      const message = `PaddleOCR could not read the page: ${data.errorMsg}`;
      throw new ProviderError('provider_rejected', message, undefined, { spent });
    }
    if (data.state !== 'done') return 'pending';
    // The address is signed, and of another host: the key does not go there, nor where that sends us.
    const from = data.resultUrl.jsonUrl;
    const [read] = await callJson(
      from,
      { redirect: 'follow' },
      { ...call, schema: lines, parse: parseLines },
    );
    return read.result;
  }

  return {
    read: (picture, call) =>
      takeUp(
        {
          buy: () => submit(picture, call.signal),
          ask: (jobId) => ask(jobId, call.signal),
          firstMs: everyMs,
          everyMs,
        },
        call,
      ),
    probe: async (signal) => void (await ask(NO_JOB, signal)),
  };
};
