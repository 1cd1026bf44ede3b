/** The store does not answer; the same call may succeed later. */
export class ReadModelUnavailableError extends Error {
  override readonly name: string = 'ReadModelUnavailableError';
  readonly transient = true;
}

/** There is no room for what should be written. Reads go on; the same write may succeed later. */
export class ReadModelFullError extends ReadModelUnavailableError {
  override readonly name = 'ReadModelFullError';
  readonly full: 'folder' | 'server';

  constructor(full: 'folder' | 'server', message: string, options?: ErrorOptions) {
    super(message, options);
    this.full = full;
  }
}

/** Another generation was started meanwhile, and took the place of the one that was being filled. */
export class GenerationDroppedError extends Error {
  override readonly name = 'GenerationDroppedError';

  constructor(generation: number) {
    super(`Generation ${generation} of the read model was dropped`);
  }
}

/** A cursor that was not made for this list. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}

/** The store refuses these documents as such, because of their size, say; everything else that came with them is written. */
export class DocumentRefusedError extends Error {
  override readonly name = 'DocumentRefusedError';
  /** Ids of the jobs that they belong to. */
  readonly jobIds: readonly number[];

  constructor(jobIds: readonly number[], options?: ErrorOptions) {
    super(`The read model takes no document as large as those of job ${jobIds.join(', ')}`, options);
    this.jobIds = jobIds;
  }
}
