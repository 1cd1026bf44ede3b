import type { GenerateContentResponse } from '@google/genai';
import {
  chargeOf,
  cutAnswer,
  invalidAnswer,
  type PageReading,
  type Prices,
  type ProviderError,
  paidFor,
  parseVisionAnswer,
  refusedAnswer,
} from '@inkstream/provider-kit';
import { z } from 'zod';

export const VENDOR = 'Gemini';

const count = z.number().nullish();
/** As much of an answer as is looked at: the SDK types it, and checks nothing. */
const answerSchema = z.object({
  candidates: z
    .array(
      z.object({
        finishReason: z.string().nullish(),
        content: z
          .object({
            parts: z
              .array(z.object({ text: z.string().nullish(), thought: z.boolean().nullish() }))
              .nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
  promptFeedback: z.object({ blockReason: z.string().nullish() }).nullish(),
  modelVersion: z.string().nullish(),
  usageMetadata: z
    .object({
      promptTokenCount: count,
      toolUsePromptTokenCount: count,
      candidatesTokenCount: count,
      thoughtsTokenCount: count,
    })
    .nullish()
    .catch(null),
});
type Answer = z.infer<typeof answerSchema>;

/** The tokens that are charged: thoughts are output. */
const usageOf = ({ usageMetadata: used }: Answer) => ({
  inputTokens: (used?.promptTokenCount ?? 0) + (used?.toolUsePromptTokenCount ?? 0),
  outputTokens: (used?.candidatesTokenCount ?? 0) + (used?.thoughtsTokenCount ?? 0),
});

/**
 * What was read of a page.
 *
 * @param asked the model that was asked, for an answer that does not name its own
 * @throws ProviderError for an answer that was blocked or cut, or is none.
 */
export function readingOf(said: object, asked: string, prices: Prices): PageReading {
  const parsed = answerSchema.safeParse(said);
  if (!parsed.success) throw invalidAnswer(VENDOR, 'answered what is no candidate', parsed.error);
  const answer = parsed.data;
  const model = answer.modelVersion ?? asked;
  const { candidates, usageMetadata, responseId } = said as GenerateContentResponse;
  const charge = chargeOf(prices, model, usageOf(answer));
  const read = paidFor(charge, () => parseVisionAnswer(answerText(answer), VENDOR));
  return { ...read, model, raw: { candidates, usageMetadata, modelVersion: model, responseId }, ...charge };
}

/** What the model wrote, without its thoughts. */
function answerText({ candidates, promptFeedback }: Answer): string {
  const [candidate] = candidates ?? [];
  if (!candidate) throw withoutCandidate(promptFeedback?.blockReason);
  const fault = faultOf(candidate.finishReason);
  if (fault) throw fault;
  const parts = candidate.content?.parts ?? [];
  return parts.flatMap((part) => (part.thought ? [] : (part.text ?? []))).join('');
}

const withoutCandidate = (reason: string | null | undefined) =>
  reason && reason !== 'BLOCKED_REASON_UNSPECIFIED'
    ? refusedAnswer(VENDOR, reason)
    : invalidAnswer(VENDOR, 'answered without a candidate');

/** Why an answer that ended so is none; null if it is whole. What the vendor adds to the list later is none. */
function faultOf(reason: string | null | undefined): ProviderError | null {
  switch (reason) {
    case undefined:
    case null:
    case 'FINISH_REASON_UNSPECIFIED':
    case 'STOP':
      return null;
    case 'MAX_TOKENS':
      return cutAnswer(VENDOR);
    case 'SAFETY':
    case 'RECITATION':
    case 'BLOCKLIST':
    case 'PROHIBITED_CONTENT':
    case 'SPII':
    case 'LANGUAGE':
    case 'IMAGE_SAFETY':
    case 'IMAGE_PROHIBITED_CONTENT':
    case 'IMAGE_RECITATION':
      return refusedAnswer(VENDOR, reason);
    default:
      return invalidAnswer(VENDOR, `ended its answer with ${reason}`);
  }
}
