import { fromMessage } from '@inkstream/contracts';
import { SCHEMA_VERSION } from '@inkstream/domain';
import { type Delivery, LaterReleaseError, PoisonMessageError } from '@inkstream/message-bus';

/**
 * The job's event that a delivery carries.
 *
 * @throws LaterReleaseError if a later release wrote it, which has the delivery wait for an upgrade.
 * @throws PoisonMessageError where it is none, which sends the delivery to the dead letters at once.
 */
export function jobEventOf(delivery: Delivery): ReturnType<typeof fromMessage> {
  const { ce_schemaversion: version, ce_type: type } = delivery.headers;
  if (Number(version) > SCHEMA_VERSION)
    throw new LaterReleaseError(
      `${type} has schema version ${version}; this release knows 1 to ${SCHEMA_VERSION}`,
    );
  try {
    return fromMessage(delivery);
  } catch (cause) {
    throw new PoisonMessageError(`Not an event of a job: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
