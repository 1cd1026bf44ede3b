import { randomUUID } from 'node:crypto';
import type { LiveMessage, LiveMessages } from './live-messages.ts';
import { caughtUp, confirmation, type Outlet } from './responses.ts';

/** What is followed, from the place of its subscriber on. */
export interface Followed {
  /** Sends what there is, to the end of the log. */
  catchUp(): Promise<void>;
  /** Whether a message was given by catching up. */
  knows(message: LiveMessage): boolean;
  /** Sends a message. */
  send(message: LiveMessage): Promise<void>;
  /** Messages were dropped: what the subscriber is told before it catches up again. */
  fellBehind(): Promise<void>;
}

/**
 * Catches up, then returns what comes. If live messages were dropped, it catches up again, and says so again: the
 * client never hears that it fell behind (1.8), so a caught up subscriber may have much before it.
 */
export const follow = async (followed: Followed, live: LiveMessages, outlet: Outlet): Promise<void> => {
  let number = 0;
  while (!outlet.signal.aborted) {
    await followed.catchUp();
    await outlet.send(caughtUp());
    for (let gap = false; !gap; ) {
      const message = await live.next(outlet.signal);
      if (message === undefined) return;
      const missed = message.number !== number + 1;
      number = message.number;
      if (followed.knows(message)) continue;
      if (missed) {
        gap = true;
        await followed.fellBehind();
      } else {
        await followed.send(message);
      }
    }
  }
};

/** Tells the subscriber that it is one. */
export const confirm = (outlet: Outlet): Promise<void> => outlet.send(confirmation(randomUUID()));
