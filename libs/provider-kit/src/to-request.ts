import type { AskedReading, Escalation, RecordedDomainEvent } from '@inkstream/domain';
import { PoisonMessageError } from '@inkstream/message-bus';
import type { Request } from './request.ts';

/** Whom a policy asks after this provider; undefined after the last. The first one is not in the list. */
const nextAfter = (provider: string, { next }: Escalation): string | undefined =>
  next[next.indexOf(provider) + 1];

const whatIsAsked = (
  provider: string,
  { fileId, document, priority = 'interactive', pages, reuse, escalation, passwordKey }: AskedReading,
) => ({
  ...{ fileId, document, priority, pages, reuse, escalation, passwordKey },
  next: escalation && nextAfter(provider, escalation),
});

/** What a message asks of the provider: by a client's request, or by a provider that hands an execution over. */
export function toRequest(
  provider: string,
  event: RecordedDomainEvent,
  { traceparent, repeated: again }: Pick<Request, 'traceparent' | 'repeated'>,
): Request {
  const { jobId, uid, revision, recordedAt: requestedAt } = event;
  // A provider acts in its own name, for the tenant and because of the request of whoever asked.
  const caller = { ...event.caller, actor: `provider:${provider}` };
  const common = { jobId, uid, requestedAt, caller, traceparent };
  switch (event.type) {
    case 'ExecutionRequested': {
      const { executionId } = event.data;
      return {
        ...common,
        ...whatIsAsked(provider, event.data),
        ...{ executionId, revision, repeated: again, handover: null },
      };
    }
    case 'ExecutionHandedOver': {
      const { executionId, data } = event;
      const { revision: asked } = data.asked;
      return {
        ...common,
        ...whatIsAsked(provider, data.asked),
        ...{ executionId, revision: asked, repeated: true, handover: { revision, after: data.attempt } },
      };
    }
    default:
      throw new PoisonMessageError(`${event.type} asks for nothing`);
  }
}
