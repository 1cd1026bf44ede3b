import type { StartTimer } from '../circuit.ts';

/** A clock that stands until it is moved, in ms, and calls timers back as it passes them. */
export function handClock() {
  let now = 0;
  const timers = new Map<() => void, number>();
  const startTimer: StartTimer = (callback, ms) => {
    timers.set(callback, now + ms);
    return () => void timers.delete(callback);
  };
  /** What was begun goes on as far as it can without time. */
  const settle = async () => {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  };
  return {
    now: () => now,
    startTimer,
    settle,
    sleep: (ms: number) => new Promise<void>((resolve) => void startTimer(resolve, ms)),
    async move(ms: number) {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].filter(([, due]) => due <= end).sort(([, a], [, b]) => a - b);
        if (!next) break;
        const [callback, due] = next;
        now = Math.max(now, due);
        timers.delete(callback);
        callback();
        await settle();
      }
      now = end;
    },
  };
}
export type HandClock = ReturnType<typeof handClock>;
