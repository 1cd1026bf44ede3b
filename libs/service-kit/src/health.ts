import { EventStoreRefusedError } from '@inkstream/event-store';
import { type RequestHandler, Router } from 'express';
import { fullDiskOf } from './transient.ts';

const CHECK_TIMEOUT_MS = 2_000;
const REFUSED = 'refused: ';

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
      if (error instanceof EventStoreRefusedError) return `${REFUSED}${error.right}`;
      return fullDiskOf(error) ? 'full' : 'unavailable';
    },
  );
}

/**
 * `/health` says that the process is alive, `/health/ready` whether each dependency answers within `timeoutMs` (503
 * if one does not, refuses, or is full), with `details` beside it. `/health/serving` is for load balancers and
 * Kubernetes, which take a replica out of service: it is 503 only if this one is worse than its peers, as by the rights
 * of its user. A dependency that is away is away for all of them, and what can be served without it still is.
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
  const answer =
    (isWell: (state: string) => boolean): RequestHandler =>
    async (_request, response) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const results = await Promise.all(
        Object.entries(dependencies).map(
          async ([name, check]) => [name, await stateOf(check, signal)] as const,
        ),
      );
      const status = results.every(([, state]) => isWell(state)) ? 'ok' : 'unavailable';
      response.status(status === 'ok' ? 200 : 503).json({
        ...details(),
        status,
        timestamp: now().toISOString(),
        dependencies: Object.fromEntries(results),
      });
    };
  router.get(
    '/health/ready',
    answer((state) => state === 'ok'),
  );
  router.get(
    '/health/serving',
    answer((state) => !state.startsWith(REFUSED)),
  );
  return router;
}
