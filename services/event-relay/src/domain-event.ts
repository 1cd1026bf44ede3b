import { PROVIDER_NAME } from '@inkstream/contracts';
import { LaterReleaseError, type RecordedDomainEvent, UnknownEventError } from '@inkstream/domain';
import type { RecordedEvent } from '@inkstream/event-store';
import { fromStored } from '@inkstream/job-store';

/**
 * The stored event as the domain takes it.
 *
 * An event of a later release is not lost but late: this relay waits until it is upgraded, since to go on without the
 * event would lose it for every consumer, a request for work perhaps. What claims a known type and version and still
 * makes no sense is of no release: no upgrade will ever publish it.
 *
 * @throws LaterReleaseError that names the position.
 * @throws UnknownEventError if it can never be published.
 */
export function toDomainEvent(stored: RecordedEvent): RecordedDomainEvent {
  const event = read(stored);
  const asked = askedOf(event);
  if (asked !== null && !PROVIDER_NAME.test(asked))
    throw new UnknownEventError(`'${asked}' can't be the name of a provider`);
  return event;
}

/** The provider that an event asks for something; null if it asks none. */
function askedOf({ type, data }: RecordedDomainEvent): string | null {
  if (type === 'ExecutionRequested') return data.provider;
  return type === 'ExecutionHandedOver' ? data.to : null;
}

function read(stored: RecordedEvent): RecordedDomainEvent {
  try {
    return fromStored(stored);
  } catch (cause) {
    if (!(cause instanceof LaterReleaseError)) throw cause;
    const { position, stream, revision } = stored;
    const place = `at ${position}, ${stream}, revision ${revision}`;
    throw new LaterReleaseError(`${cause.message} (${place}): upgrade the relay`, { cause });
  }
}
