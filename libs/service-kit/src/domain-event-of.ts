import { fromMessage } from '@inkstream/contracts';
import { LaterReleaseError, type RecordedDomainEvent } from '@inkstream/domain';
import { type Delivery, PoisonMessageError } from '@inkstream/message-bus';

/**
 * The event of a job or an execution that a delivery carries.
 *
 * @throws LaterReleaseError if a later release wrote the event: the delivery waits for this consumer's upgrade.
 * @throws PoisonMessageError if it is not an event, which sends the delivery to the dead letters at once.
 */
export function domainEventOf(delivery: Delivery): RecordedDomainEvent {
  try {
    return fromMessage(delivery);
  } catch (cause) {
    if (cause instanceof LaterReleaseError) throw cause;
    throw new PoisonMessageError(
      `Not an event of a job or an execution: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}
