import { fromMessage } from '@inkstream/contracts';
import { type Delivery, PoisonMessageError } from '@inkstream/message-bus';

/**
 * The job's event that a delivery carries.
 *
 * @throws PoisonMessageError where it is none, which sends the delivery to the dead letters at once.
 */
export function jobEventOf(delivery: Delivery): ReturnType<typeof fromMessage> {
  try {
    return fromMessage(delivery);
  } catch (cause) {
    throw new PoisonMessageError(`Not an event of a job: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
