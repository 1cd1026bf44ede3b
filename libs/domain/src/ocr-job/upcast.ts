import type { JobEvent, JobEventData, JobEventType } from './events.ts';

/** The version that events are written in today. */
export const SCHEMA_VERSION = 2;

type Data = Readonly<Record<string, unknown>>;
type Upcaster = (data: Data) => Data;

/**
 * What turns an event of one version into the next one's, by type and by the version that it starts from.
 * Version 1 of ExecutionFailed and ExecutionRetryScheduled held a bare `reason`; version 2 has a typed `error`.
 */
const reasonToError: Upcaster = ({ reason, ...rest }) => ({
  ...rest,
  error: { code: 'internal_error', message: String(reason) },
});
const upcasters: { readonly [T in JobEventType]?: Readonly<Record<number, Upcaster>> } = {
  ExecutionFailed: { 1: reasonToError },
  ExecutionRetryScheduled: { 1: reasonToError },
};

export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';
}

const EVENT_TYPES: Readonly<Record<JobEventType, true>> = {
  JobSubmitted: true,
  ExecutionRequested: true,
  ExecutionStarted: true,
  ExecutionRetryScheduled: true,
  ExecutionCompleted: true,
  ExecutionFailed: true,
  ExecutionCancelled: true,
  FileDeleted: true,
  JobDeleted: true,
};
const isJobEventType = (type: string): type is JobEventType => Object.hasOwn(EVENT_TYPES, type);

/**
 * A stored event in today's shape, whatever version it was written in.
 *
 * @throws UnknownEventError for a type or a version that this code does not know, so that nothing is misread.
 */
export function upcast(type: string, schemaVersion: number, data: Data): JobEvent {
  if (!isJobEventType(type)) throw new UnknownEventError(`Unknown event type ${type}`);
  if (!Number.isInteger(schemaVersion) || schemaVersion < 1 || schemaVersion > SCHEMA_VERSION)
    throw new UnknownEventError(
      `${type} has schema version ${schemaVersion}; this code knows 1 to ${SCHEMA_VERSION}`,
    );
  let current = data;
  for (let version = schemaVersion; version < SCHEMA_VERSION; version++)
    current = upcasters[type]?.[version]?.(current) ?? current;
  return { type, data: current as JobEventData[typeof type] } as JobEvent;
}
