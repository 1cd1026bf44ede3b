import type { BlockedReason, FinishReason, GenerateContentResponse } from '@google/genai';
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

const VENDOR = 'Gemini';

/** The tokens that are charged: thoughts are output. */
const usageOf = ({ usageMetadata: used = {} }: GenerateContentResponse) => ({
  inputTokens: (used.promptTokenCount ?? 0) + (used.toolUsePromptTokenCount ?? 0),
  outputTokens: (used.candidatesTokenCount ?? 0) + (used.thoughtsTokenCount ?? 0),
});

/**
 * What was read of a page.
 *
 * @param asked the model that was asked, for an answer that does not name its own
 * @throws ProviderError for an answer that was blocked or cut, or is none.
 */
export function readingOf(answer: GenerateContentResponse, asked: string, prices: Prices): PageReading {
  const model = answer.modelVersion ?? asked;
  const { candidates, usageMetadata, responseId } = answer;
  const charge = chargeOf(prices, model, usageOf(answer));
  const read = paidFor(charge, () => parseVisionAnswer(answerText(answer), VENDOR));
  return { ...read, model, raw: { candidates, usageMetadata, modelVersion: model, responseId }, ...charge };
}

/** What the model wrote, without its thoughts. */
function answerText({ candidates, promptFeedback }: GenerateContentResponse): string {
  const [candidate] = candidates ?? [];
  if (!candidate) throw withoutCandidate(promptFeedback?.blockReason);
  const fault = faultOf(candidate.finishReason);
  if (fault) throw fault;
  const parts = candidate.content?.parts ?? [];
  return parts.flatMap((part) => (part.thought ? [] : (part.text ?? []))).join('');
}

const withoutCandidate = (reason: `${BlockedReason}` | undefined) =>
  reason && reason !== 'BLOCKED_REASON_UNSPECIFIED'
    ? refusedAnswer(VENDOR, reason)
    : invalidAnswer(VENDOR, 'answered without a candidate');

/** Why an answer that ended so is none; null if it is whole. What the vendor adds to the list later is none. */
function faultOf(reason: `${FinishReason}` | undefined): ProviderError | null {
  switch (reason) {
    case undefined:
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
