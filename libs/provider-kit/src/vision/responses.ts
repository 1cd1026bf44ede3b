import type { ExecutionErrorCode } from '@inkstream/domain';
import { z } from 'zod';
import type { Document } from '../engine.ts';
import { chargeOf, type Prices } from '../http/prices.ts';
import { statusFault } from '../http/status-fault.ts';
import type { PagePicture } from '../page-engine.ts';
import type { PageReading } from '../page-reading.ts';
import { visionSchema } from './answer-schema.ts';
import { PROMPT } from './prompt-v1.ts';
import { cutAnswer, invalidAnswer, paidFor, parseVisionAnswer, refusedAnswer } from './vision-answer.ts';

/** A picture, or a document, as a URL that holds it. */
export const dataUrl = ({ mimeType, bytes }: Document): string =>
  `data:${mimeType};base64,${Buffer.from(bytes).toString('base64')}`;

export interface ModelCall {
  readonly model: string;
  readonly maxOutputTokens: number;
}

/** A page for the Responses API (OpenAI's, which others serve too). Nothing of it is to be stored there. */
export const responsesRequest = (picture: PagePicture, { model, maxOutputTokens }: ModelCall) => ({
  model,
  store: false,
  max_output_tokens: maxOutputTokens,
  input: [
    {
      role: 'user' as const,
      content: [
        { type: 'input_text' as const, text: PROMPT.text },
        { type: 'input_image' as const, image_url: dataUrl(picture), detail: 'high' as const },
      ],
    },
  ],
  text: {
    format: { type: 'json_schema' as const, name: 'page', strict: true, schema: visionSchema },
  },
});

/** As much of an answer as is looked at. */
const answerSchema = z.object({
  model: z.string(),
  status: z.string().nullish(),
  error: z.object({ code: z.string(), message: z.string() }).nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  output: z
    .array(
      z.object({
        type: z.string(),
        content: z
          .array(z.object({ type: z.string(), text: z.string().nullish(), refusal: z.string().nullish() }))
          .nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ input_tokens: z.number(), output_tokens: z.number() }).nullish().catch(null),
});

/**
 * What the codes of OpenAI's errors mean for a page, be it of an answer that failed or of an HTTP error; undefined for a
 * code that says nothing of it.
 */
export function meaningOf(code: string): ExecutionErrorCode | undefined {
  switch (code) {
    case 'insufficient_quota':
    case 'billing_hard_limit_reached':
    case 'billing_not_active':
      return 'credit_exhausted';
    case 'rate_limit_exceeded':
      return 'rate_limited';
    case 'server_error':
    case 'model_not_found':
      return 'provider_unavailable';
    case 'image_content_policy_violation':
    case 'content_policy_violation':
      return 'content_refused';
    case 'image_too_large':
    case 'image_file_too_large':
    case 'context_length_exceeded':
      return 'document_too_large';
    case 'invalid_image_format':
    case 'unsupported_image_media_type':
      return 'unsupported_document';
    case 'invalid_image':
    case 'invalid_base64_image':
    case 'image_parse_error':
    case 'image_too_small':
    case 'empty_image_file':
      return 'corrupt_document';
    default:
      return undefined;
  }
}

/**
 * What was read of a page, by an answer of the Responses API.
 *
 * @throws ProviderError for an answer that failed (with status 200), was cut, filtered or refused, or is none.
 */
export function responsesReading(raw: unknown, vendor: string, prices: Prices): PageReading {
  const answer = answerSchema.safeParse(raw);
  if (!answer.success) throw invalidAnswer(vendor, 'answered what is no response');
  const { model, usage: used } = answer.data;
  const spent = used
    ? chargeOf(prices, model, { inputTokens: used.input_tokens, outputTokens: used.output_tokens })
    : {};
  const read = paidFor(spent, () => parseVisionAnswer(textOf(answer.data, vendor), vendor));
  return { ...read, model, raw, ...spent };
}

/** @throws ProviderError if it is not the whole of an answer. */
function textOf(
  { status, error, incomplete_details: incomplete, output }: z.infer<typeof answerSchema>,
  vendor: string,
): string {
  if (status === 'failed' || error) {
    const code = meaningOf(error?.code ?? '') ?? 'provider_rejected';
    throw statusFault({ vendor, status: 200, said: error?.message }, code);
  }
  if (incomplete?.reason === 'content_filter') throw refusedAnswer(vendor, 'its filter stopped the answer');
  if (status === 'incomplete') throw cutAnswer(vendor);
  const parts = (output ?? []).flatMap(({ content }) => content ?? []);
  const refusal = parts.find(({ type }) => type === 'refusal');
  if (refusal) throw refusedAnswer(vendor, refusal.refusal ?? undefined);
  return parts.map((part) => (part.type === 'output_text' ? part.text : '')).join('');
}
