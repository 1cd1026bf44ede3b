/**
 * Deletes for good what truncation only hid. Not part of `EventStore`, since it is an operator's work: it may need
 * other credentials, its time grows with the log, and no request waits for it.
 *
 * Each copy of the log is scavenged by itself: the nodes of a cluster, or the files of an embedded store. Once
 * `scavenge` has resolved for a copy, no byte of an event that was truncated before the call is in it.
 */
export interface Scavenger {
  /**
   * All copies, by name: `host:port` of each node, whether it answers now or not; or names of files.
   *
   * @throws EventStoreUnavailableError if no node that knows answers.
   * @throws EventStoreRefusedError if the credentials or the certificate are wrong.
   */
  copies(signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Scavenges one copy. A scavenge of it that somebody else began is waited for first, as it may have begun too early.
   *
   * @throws EventStoreUnavailableError if it does not answer, or the scavenge did not succeed.
   * @throws EventStoreRefusedError if the credentials do not allow it.
   * @throws the signal's reason; what was begun may go on on the server.
   */
  scavenge(copy: string, signal: AbortSignal): Promise<void>;
}
