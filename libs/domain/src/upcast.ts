import type { ExecutionEvent, ExecutionEventType } from './ocr-execution/events.ts';
import type { JobEvent, JobEventType } from './ocr-job/events.ts';

export type DomainEventType = JobEventType | ExecutionEventType;
export type DomainEvent = JobEvent | ExecutionEvent;

type Data = Readonly<Record<string, unknown>>;
type Upcaster = (data: Data) => Data;

/**
 * What turns the data of one version into that of the next, by event type: the first entry makes version 2 of version
 * 1. Fields that may be absent are added without a new version; whoever changes what a field means, or takes one away,
 * adds an entry, and events are written in the version after it from then on.
 */
export type Upcasters = { readonly [T in DomainEventType]: readonly Upcaster[] };
const UPCASTERS: Upcasters = {
  JobSubmitted: [],
  ExecutionRequested: [],
  FileDeleted: [],
  JobDeleted: [],
  ExecutionStarted: [],
  ExecutionReleased: [],
  ExecutionRetryScheduled: [],
  ExecutionHandedOver: [],
  ExecutionCompleted: [],
  ExecutionFailed: [],
  ExecutionCancelled: [],
  ExecutionErased: [],
};

const JOB_EVENTS: Readonly<Record<JobEventType, true>> = {
  JobSubmitted: true,
  ExecutionRequested: true,
  FileDeleted: true,
  JobDeleted: true,
};

export const isJobEvent = (event: DomainEvent): event is JobEvent => Object.hasOwn(JOB_EVENTS, event.type);

/** The version that events of a type are written in. */
export const schemaVersionOf = (type: DomainEventType, upcasters: Upcasters = UPCASTERS): number =>
  upcasters[type].length + 1;

/** What can never be understood: no release wrote it. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';
}

/** A later release wrote the event, in a version or of a type that this one does not know: it has to wait for its upgrade. */
export class LaterReleaseError extends Error {
  override readonly name = 'LaterReleaseError';
  /** Whoever delivers messages knows it by this. */
  readonly laterRelease = true;
}

/**
 * A stored event in today's shape, whatever version it was written in.
 *
 * @throws LaterReleaseError if a later release wrote it: a type that is not known, or a version above today's.
 * @throws UnknownEventError if its version is not valid.
 */
export function upcast(
  type: string,
  schemaVersion: number,
  data: Data,
  upcasters: Upcasters = UPCASTERS,
): DomainEvent {
  if (!Number.isInteger(schemaVersion) || schemaVersion < 1)
    throw new UnknownEventError(`${type} has no schema version`);
  if (!Object.hasOwn(upcasters, type)) throw new LaterReleaseError(`This release knows no event ${type}`);
  const known = type as DomainEventType;
  const current = schemaVersionOf(known, upcasters);
  if (schemaVersion > current)
    throw new LaterReleaseError(
      `${type} has schema version ${schemaVersion}, this release knows up to ${current}`,
    );
  const steps = upcasters[known].slice(schemaVersion - 1);
  return { type: known, data: steps.reduce((before, step) => step(before), data) } as DomainEvent;
}
