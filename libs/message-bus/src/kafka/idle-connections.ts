import { createRequire } from 'node:module';

/** What this replaces of kafkajs 2.2.4's `src/network/requestQueue`: one queue per connection. */
interface RequestQueue {
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  readonly pending: readonly unknown[];
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

const CHECK_MS = 10;

/**
 * Lets connections of kafkajs be idle. In its published form each connection sets a timer for a time in the past once
 * it has had its first answer, and that one the next, a thousand times per second for ever: a service with a dozen
 * connections keeps about a tenth of a core busy doing nothing, and Node 24 warns of it (kafkajs issue 1751, open; no
 * release has the fix). A timer is needed only while a request is pending; nothing else is changed.
 */
export function letConnectionsIdle(): void {
  const queue: { readonly prototype: RequestQueue } = createRequire(import.meta.url)(
    'kafkajs/src/network/requestQueue',
  );
  queue.prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue) {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const throttledMs = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledMs > 0 ? throttledMs : CHECK_MS,
    );
  };
}
