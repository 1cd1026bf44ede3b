/** Events a second by the clock, and by the CPU time of the process: the one is told by what else runs, the other not. */
export interface Pace {
  readonly byClock: number;
  readonly byCpu: number;
}

/** How fast this process does work on so many events, which may be known only afterwards. */
export async function paceOf(events: number | (() => number), work: () => Promise<unknown>): Promise<Pace> {
  const started = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const count = typeof events === 'number' ? events : events();
  return {
    byClock: count / ((performance.now() - started) / 1_000),
    byCpu: count / ((user + system) / 1_000_000),
  };
}
