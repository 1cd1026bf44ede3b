import type { Service } from '../../support/distributed/service.ts';
import type { Fault } from './fault.ts';
import type { Victim } from './processes.ts';
import type { ClockOffset } from './shift-clock.ts';

const HOUR_MS = 3_600_000;
const PRELOADED = new URL('./shift-clock.ts', import.meta.url);

/** Configuration of services whose clocks can be shifted. */
export const SHIFTABLE = { NODE_OPTIONS: `--import=${PRELOADED.href}` };

/** Its wall clock jumps two hours ahead or back, and the same way back later. */
export function shiftedClock({ name }: Victim, service: Service, direction: 1 | -1): Fault {
  const tell = async (clockOffsetMs: number) => service.process.tell({ clockOffsetMs } satisfies ClockOffset);
  return {
    kind: 'clock',
    name: `clock of ${name} two hours ${direction > 0 ? 'ahead' : 'back'}`,
    victim: name,
    lastsMs: [3_000, 8_000],
    begin: () => tell(direction * 2 * HOUR_MS),
    end: () => tell(0),
  };
}
