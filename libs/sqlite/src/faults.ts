const ENGINE_CODES = new Set(['ERR_SQLITE_ERROR', 'ERR_INVALID_STATE']);

/**
 * Whether the error comes from SQLite itself (the file is locked, full, unreadable or, `ERR_INVALID_STATE`, already
 * closed), or from the disk that its log is synced to.
 */
export function isEngineFault(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && (ENGINE_CODES.has(String(error.code)) || 'syscall' in error)
  );
}
