/**
 * Preloaded into a process: its wall clock is off by as many ms as its parent says, from then on. `Date` alone is
 * shifted, from which our code and its libraries take the time; clocks that nobody sets (`performance.now()`, timers)
 * stay as they are, as when an operator or NTP sets the clock of a machine. Other threads keep theirs.
 */
export type ClockOffset = { readonly clockOffsetMs: number };

let offsetMs = 0;
const now = (): number => RealDate.now() + offsetMs;

const RealDate = Date;
globalThis.Date = new Proxy(RealDate, {
  construct: (date, args) => Reflect.construct(date, args.length > 0 ? args : [now()]),
  apply: () => new RealDate(now()).toString(),
  get: (date, property) => (property === 'now' ? now : Reflect.get(date, property)),
});

process.on('message', (message: Partial<ClockOffset>) => {
  if (message.clockOffsetMs !== undefined) offsetMs = message.clockOffsetMs;
});
