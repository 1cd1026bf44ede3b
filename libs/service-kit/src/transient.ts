/** Whether the same call may succeed later: stores mark their transient errors. */
export const isTransientFault = (error: unknown): boolean =>
  error instanceof Error && 'transient' in error && error.transient === true;

/**
 * Whose disk is full: that of this process's own data folder, or that of a server. Null if the error is another one:
 * stores mark such errors.
 */
export function fullDiskOf(error: unknown): 'folder' | 'server' | null {
  if (!isTransientFault(error) || !(error instanceof Error) || !('full' in error)) return null;
  return error.full === 'folder' || error.full === 'server' ? error.full : null;
}

/** What an error and its cause say, in one line. Of an expected fault a stack would tell the operator nothing. */
export function reasonOf(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  const cause = error instanceof Error && error.cause ? reasonOf(error.cause) : '';
  return message.includes(cause) ? message : `${message}: ${cause}`;
}
