import { PROVIDER_NAME } from '@inkstream/contracts';
import { type RecordedJobEvent, SCHEMA_VERSION, UnknownEventError } from '@inkstream/domain';
import type { RecordedEvent } from '@inkstream/event-store';
import { fromStored } from '@inkstream/job-store';

/** A later release wrote the event. It is not lost but late: this relay waits until it is upgraded. */
export class LaterReleaseError extends Error {
  override readonly name = 'LaterReleaseError';
}

/**
 * The stored event as the domain takes it.
 *
 * Whoever adds an event type or changes one raises SCHEMA_VERSION. So a version above it means that a later release
 * wrote the event, and to go on without it would lose it for every consumer, a request for work perhaps. What claims
 * a known version and still makes no sense is of no release: no upgrade will ever publish it.
 *
 * @throws LaterReleaseError that names the position.
 * @throws UnknownEventError where it can never be published.
 */
export function toJobEvent(stored: RecordedEvent): RecordedJobEvent {
  const { stream, revision, position, type, metadata } = stored;
  if (Number(metadata.schemaVersion) > SCHEMA_VERSION)
    throw new LaterReleaseError(
      `${type} at ${position} (${stream}, revision ${revision}) has schema version ${metadata.schemaVersion}, ` +
        `this release knows up to ${SCHEMA_VERSION}: upgrade the relay`,
    );
  const event = fromStored(stored);
  if (event.type === 'ExecutionRequested' && !PROVIDER_NAME.test(event.data.provider))
    throw new UnknownEventError(`'${event.data.provider}' can't be the name of a provider`);
  return event;
}
