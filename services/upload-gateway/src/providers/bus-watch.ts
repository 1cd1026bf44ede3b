import { setTimeout } from 'node:timers/promises';
import type { MessageBus } from '@inkstream/message-bus';
import type { Running } from '@inkstream/service-kit';

const EVERY_MS = 5_000;
const PING_LIMIT_MS = 3_000;

/** Asks the bus every 5 s whether it answers, and tells each time. */
export function watchBus(
  bus: Pick<MessageBus, 'ping'>,
  tell: (answers: boolean) => void,
  everyMs = EVERY_MS,
): Running {
  const closing = new AbortController();
  const { signal } = closing;
  const watch = async () => {
    while (!signal.aborted) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(PING_LIMIT_MS)]);
      const answers = await bus.ping(limit).then(
        () => true,
        () => false,
      );
      if (!signal.aborted) tell(answers);
      await setTimeout(everyMs, undefined, { signal, ref: false }).catch(() => {});
    }
  };
  const watching = watch();
  return {
    close() {
      closing.abort();
      return watching;
    },
  };
}
