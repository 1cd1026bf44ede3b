import { EventStoreRefusedError } from '@inkstream/event-store';
import { Router } from 'express';
import { fullDiskOf } from './transient.ts';

const CHECK_TIMEOUT_MS = 2_000;

/** The dependencies of a service, by name: each rejects if it does not answer. */
export type Dependencies = Readonly<Record<string, (signal: AbortSignal) => Promise<void>>>;

/** What else is worth knowing about a service, such as its role among its replicas. */
export type HealthDetails = () => Readonly<Record<string, string>>;

/**
 * `ok` if the dependency answers before the signal aborts; a check that never settles counts as `unavailable`. A
 * dependency that answers, but refuses what the service needs, is `refused: <what>`; one without room is `full`.
 */
function stateOf(check: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<string> {
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
  const checked = async () => check(signal);
  return Promise.race([checked(), aborted]).then(
    () => 'ok',
    (error) => {
      if (error instanceof EventStoreRefusedError) return `refused: ${error.right}`;
      return fullDiskOf(error) ? 'full' : 'unavailable';
    },
  );
}

/**
 * `/health` says that the process is alive, `/health/ready` whether each dependency answers within `timeoutMs` (503
 * if one does not, refuses, or is full), with `details` beside it.
 */
export function healthRoutes(
  dependencies: Dependencies,
  now: () => Date = () => new Date(),
  timeoutMs = CHECK_TIMEOUT_MS,
  details: HealthDetails = () => ({}),
): Router {
  const router = Router();
  router.get('/health', (_request, response) => {
    response.json({ status: 'ok', timestamp: now().toISOString() });
  });
  router.get('/health/ready', async (_request, response) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const results = await Promise.all(
      Object.entries(dependencies).map(
        async ([name, check]) => [name, await stateOf(check, signal)] as const,
      ),
    );
    const status = results.every(([, result]) => result === 'ok') ? 'ok' : 'unavailable';
    response.status(status === 'ok' ? 200 : 503).json({
      ...details(),
      status,
      timestamp: now().toISOString(),
      dependencies: Object.fromEntries(results),
    });
  });
  return router;
}
