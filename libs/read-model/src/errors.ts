/** The engine does not answer; the same call may succeed later. */
export class ReadModelUnavailableError extends Error {
  override readonly name = 'ReadModelUnavailableError';
  readonly transient = true;
}
