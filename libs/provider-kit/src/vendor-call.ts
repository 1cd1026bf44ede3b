import { errorType, histogram, inSpan } from '@inkstream/service-kit';
import type { Attributes, Span } from '@opentelemetry/api';
import type { MakeCall } from './engine.ts';
import type { ProviderDefinition } from './provider.ts';
import type { Charge } from './provider-error.ts';

/** Upper bounds that OpenTelemetry's conventions for generative models advise. */
const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power);

/** What an answer, or a failure that was charged, says of the model and its tokens. */
const answerAttributes = ({ model, usage }: Charge): Attributes => ({
  'gen_ai.response.model': model ?? undefined,
  'gen_ai.usage.input_tokens': usage?.inputTokens,
  'gen_ai.usage.output_tokens': usage?.outputTokens,
});

const chargeOf = (error: unknown): Charge => Object((error as { readonly spent?: unknown } | null)?.spent);

/**
 * Makes calls to the vendor in spans, and measures those to generative models: by OpenTelemetry's conventions
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/, without what is asked or answered). `clock`: ms.
 */
export function vendorCalls(
  { name, model, generative }: Pick<ProviderDefinition, 'name' | 'model' | 'generative'>,
  clock: () => number = () => performance.now(),
): MakeCall {
  if (!generative)
    return (call) =>
      inSpan(`call ${name}`, { kind: 'client', attributes: { 'inkstream.provider': name } }, call);
  const duration = histogram(
    'gen_ai.client.operation.duration',
    { unit: 's', description: 'Calls to generative models' },
    SECONDS,
  );
  const tokens = histogram(
    'gen_ai.client.token.usage',
    { unit: '{token}', description: 'Tokens of calls to generative models' },
    TOKENS,
  );
  const { operation, vendor } = generative;
  const common = {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': vendor,
    ...(model && { 'gen_ai.request.model': model }),
  };
  const attributes = { ...common, 'inkstream.provider': name };
  const countTokens = ({ usage }: Charge) => {
    for (const [type, count] of [
      ['input', usage?.inputTokens],
      ['output', usage?.outputTokens],
    ] as const)
      if (count !== undefined) tokens.record(count, { ...common, 'gen_ai.token.type': type });
  };
  const learn = (span: Span, what: Charge) => {
    span.setAttributes(answerAttributes(what));
    countTokens(what);
  };
  return (call) =>
    inSpan(model ? `${operation} ${model}` : operation, { kind: 'client', attributes }, async (span) => {
      const began = clock();
      const took = (how: Attributes = {}) =>
        duration.record((clock() - began) / 1_000, { ...common, ...how });
      try {
        const answer = await call();
        learn(span, answer);
        took();
        return answer;
      } catch (error) {
        learn(span, chargeOf(error));
        took({ 'error.type': errorType(error) });
        throw error;
      }
    });
}
