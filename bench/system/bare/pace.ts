/** Events a second by the clock, and by the CPU time of the process: the one is told by what else runs, the other not. */
export interface Pace {
  readonly byClock: number;
  readonly byCpu: number;
}

/** How fast this process does work on so many events. */
export async function paceOf(events: number, work: () => Promise<void>): Promise<Pace> {
  const started = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return {
    byClock: events / ((performance.now() - started) / 1_000),
    byCpu: events / ((user + system) / 1_000_000),
  };
}
