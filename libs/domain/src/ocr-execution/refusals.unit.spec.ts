import { describe, expect, it } from 'vitest';
import type { DomainErrorCode } from '../domain-error.ts';
import type { ExecutionCommand } from './commands.ts';
import type { ExecutionEvent } from './events.ts';
import {
  cancel,
  cancelled,
  complete,
  completed,
  erased,
  fail,
  failed,
  given,
  giveUp,
  handOver,
  release,
  released,
  retry,
  retryScheduled,
  start,
  started,
} from './spec-support/given.ts';

type Refusal = readonly [given: ExecutionEvent[], command: ExecutionCommand];
const ends: ExecutionEvent[][] = [
  [started(), completed()],
  [started(), failed()],
  [started(), cancelled()],
  [cancelled(0)],
  [erased('completed')],
];
const final = (command: ExecutionCommand): Refusal[] => ends.map((past) => [past, command]);
/** An attempt that is not the running one. */
const stale = (command: (attempt?: number) => ExecutionCommand): Refusal[] => [
  [[], command()],
  [[started(), retryScheduled()], command()],
  [[started(), released()], command()],
  [[started(), started(2)], command()],
  [[started()], command(2)],
];

/** Every rule: by command, by the code of its refusal, the cases that break it. */
const refusals: {
  readonly [C in Exclude<ExecutionCommand['type'], 'EraseExecution'>]: {
    readonly [E in DomainErrorCode]?: readonly Refusal[];
  };
} = {
  StartExecution: {
    execution_final: final(start(2)),
    stale_attempt: [
      [[started()], start(1)],
      [[started()], start(3)],
      [[started(), retryScheduled()], start(1)],
      [[], start(0)],
      [[], start(2)],
    ],
  },
  ReleaseExecution: { execution_final: final(release()), stale_attempt: stale(release) },
  ScheduleRetry: { execution_final: final(retry()), stale_attempt: stale(retry) },
  HandOverExecution: {
    execution_final: final(handOver()),
    stale_attempt: [
      [[], handOver()],
      [[], handOver(0)],
      [[started(), started(2)], handOver(1)],
      [[started()], handOver(2)],
    ],
  },
  FailExecution: { execution_final: final(fail()), stale_attempt: stale(fail) },
  CompleteExecution: {
    execution_final: final(complete()),
    stale_attempt: [
      [[], complete()],
      [[started()], complete(2)],
      [[started()], complete(0)],
    ],
  },
  GiveUpExecution: { execution_final: final(giveUp) },
  CancelExecution: { execution_final: final(cancel) },
};

describe.each(Object.entries(refusals))('%s', (_command, byCode) => {
  it.each(Object.entries(byCode))('is refused as %s', (code, cases) => {
    expect(cases.length).toBeGreaterThan(0);
    for (const [events, command] of cases)
      given(...events)
        .when(command)
        .refused(code as DomainErrorCode);
  });
});
