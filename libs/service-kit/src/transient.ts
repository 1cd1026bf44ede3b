/** Whether the same call may succeed later: engine faults say so of themselves. */
export const isTransientFault = (error: unknown): boolean =>
  error instanceof Error && 'transient' in error && error.transient === true;
