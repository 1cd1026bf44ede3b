import { z } from 'zod';
import { chargeOf, type Prices } from '../http/prices.ts';
import type { PagePicture } from '../page-engine.ts';
import type { PageReading } from '../page-reading.ts';
import { visionSchema } from './answer-schema.ts';
import { PROMPT } from './prompt-v1.ts';
import { dataUrl, type ModelCall } from './responses.ts';
import { cutAnswer, invalidAnswer, paidFor, parseVisionAnswer, refusedAnswer } from './vision-answer.ts';

/** A page for the Chat Completions API (OpenAI's, which most servers of open models have). */
export const chatRequest = (picture: PagePicture, { model, maxOutputTokens }: ModelCall) => ({
  model,
  max_tokens: maxOutputTokens,
  messages: [
    {
      role: 'user' as const,
      content: [
        { type: 'text' as const, text: PROMPT.text },
        { type: 'image_url' as const, image_url: { url: dataUrl(picture) } },
      ],
    },
  ],
  response_format: {
    type: 'json_schema' as const,
    json_schema: { name: 'page', strict: true, schema: visionSchema },
  },
});

/** As much of an answer as is looked at. */
const answerSchema = z.object({
  model: z.string(),
  choices: z.array(
    z.object({
      finish_reason: z.string().nullish(),
      message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
    }),
  ),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish().catch(null),
});

/**
 * What was read of a page, by an answer of the Chat Completions API.
 *
 * @throws ProviderError for an answer that was cut, filtered or refused, or is none.
 */
export function chatReading(raw: unknown, vendor: string, prices: Prices): PageReading {
  const answer = answerSchema.safeParse(raw);
  if (!answer.success) throw invalidAnswer(vendor, 'answered what is no completion');
  const { model, usage: used } = answer.data;
  const spent = used
    ? chargeOf(prices, model, { inputTokens: used.prompt_tokens, outputTokens: used.completion_tokens })
    : {};
  const read = paidFor(spent, () => parseVisionAnswer(textOf(answer.data, vendor), vendor));
  return { ...read, model, raw, ...spent };
}

/** @throws ProviderError if it is not the whole of an answer. */
function textOf({ choices: [choice] }: z.infer<typeof answerSchema>, vendor: string) {
  if (choice?.finish_reason === 'length') throw cutAnswer(vendor);
  if (choice?.finish_reason === 'content_filter')
    throw refusedAnswer(vendor, 'its filter stopped the answer');
  if (choice?.message.refusal) throw refusedAnswer(vendor, choice.message.refusal);
  return choice?.message.content;
}
