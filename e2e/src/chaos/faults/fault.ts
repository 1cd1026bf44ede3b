/** What a fault counts under in the report. */
export type FaultKind = 'kill' | 'freeze' | 'way' | 'disk' | 'clock' | 'provider';

/** Something that goes wrong for a while. It may begin and end whatever other faults are under way. */
export interface Fault {
  readonly kind: FaultKind;
  /** Such as `kill event-relay 1`. */
  readonly name: string;
  /** Faults of one victim never overlap: what is down can't be frozen. */
  readonly victim: string;
  /** How long it lasts, ms: at least, at most. */
  readonly lastsMs: readonly [number, number];
  begin(): Promise<unknown>;
  /** Resolves once the victim could be well again; that it is so is for the clients to see. */
  end(): Promise<unknown>;
}
