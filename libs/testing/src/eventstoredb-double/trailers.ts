import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import type { Expectation } from './events.ts';

/** The largest append: data, metadata and twice the length of the type's name, summed over its events. */
export const MAX_APPEND_BYTES = 1_048_576;

/** An error of a call, as the client reads it: the key `exception` in the trailers says which one it is. */
export type CallError = Partial<StatusObject> & {
  readonly code: status;
  readonly details: string;
  /** The request makes no sense. */
  readonly bad?: boolean;
};

const ascii = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');

const callError = (code: status, details: string, trailers: Record<string, string>): CallError => {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, ascii(value));
  return { code, details, metadata };
};

export const streamDeleted = (stream: string): CallError =>
  callError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

const VERSIONS = { any: -2, no_stream: -1, stream_exists: -4 };

/** Of a deletion: `head` is -1 for a stream that does not exist. */
export const wrongExpectedVersion = (stream: string, expected: Expectation, head: number): CallError => {
  const version = String(typeof expected === 'number' ? expected : VERSIONS[expected]);
  return callError(
    status.FAILED_PRECONDITION,
    `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${version}, Actual version: ${head}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': version,
      'actual-version': String(head),
    },
  );
};

export const maximumAppendSizeExceeded = (): CallError =>
  callError(status.INVALID_ARGUMENT, `Maximum Append Size of ${MAX_APPEND_BYTES} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(MAX_APPEND_BYTES),
  });

export const notLeader = ({ host, port }: { host: string; port: number }): CallError =>
  callError(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  });

export const unauthenticated = (): CallError => callError(status.UNAUTHENTICATED, 'Unauthenticated', {});

export const accessDenied = (): CallError =>
  callError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

/** What a server's handler throws on: classic calls fail with UNKNOWN, and a batch's answer names it. */
export const badRequest = (message: string): CallError => ({
  ...callError(status.UNKNOWN, `Exception was thrown by handler. ${message}`, {}),
  bad: true,
});

export const missingProperty = (name: string): CallError =>
  callError(status.INVALID_ARGUMENT, `Required Metadata Property '${name}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': name,
  });

export const invalidPosition = (): CallError =>
  callError(status.INVALID_ARGUMENT, 'The position is invalid: no record begins there.', {});

/** A read that makes no sense: the server answers with an exception. */
export const unexpectedResult = (result: 'Error' | 'InvalidPosition'): CallError =>
  callError(status.UNKNOWN, `Unexpected ReadStreamResult: ${result}`, {});

export const busy = (): CallError => callError(status.UNAVAILABLE, 'Server Is Busy', {});
export const notReady = (): CallError => callError(status.UNAVAILABLE, 'Server Is Not Ready', {});
export const commitTimeout = (): CallError =>
  callError(status.ABORTED, 'Operation timed out: Commit phase timeout', {});
/** What a server that ends leaves of a call. */
export const streamReset = (): CallError => callError(status.INTERNAL, 'Received RST_STREAM with code 0', {});
export const internal = (error: unknown): CallError =>
  callError(status.UNKNOWN, error instanceof Error ? error.message : String(error), {});

/** The value of the key `exception`; undefined if the error has none. */
export const exceptionOf = ({ metadata }: CallError): string | undefined =>
  metadata?.get('exception')[0]?.toString();

const isCallError = (error: unknown): error is CallError =>
  typeof error === 'object' && error !== null && 'code' in error && 'details' in error;

/** Whatever a call failed by, as the error that its caller is given. */
export const toCallError = (error: unknown): CallError => (isCallError(error) ? error : internal(error));
