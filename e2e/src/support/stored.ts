/** What is in the stores behind an Inkstream, looked at past its API. */
export interface Stored {
  /** Whether objects can be seen while they are written. */
  readonly showsUnfinished: boolean;
  /** The keys of all stored objects, those of unfinished ones included where the store shows them. */
  objects(): Promise<string[]>;
  /**
   * Where any of the texts is: `messages` for the bus, which keeps what is finished for a while, the key for an
   * object, and for the rest a name that tells the store.
   */
  placesThatHold(texts: readonly string[]): Promise<string[]>;
}
