import { Router } from 'express';

const CHECK_TIMEOUT_MS = 2_000;

/** What a service stands on, by name: each rejects where it does not answer. */
export type Dependencies = Readonly<Record<string, (signal: AbortSignal) => Promise<void>>>;

/** Rejects once the signal aborts, also where the promise never settles. */
const withSignal = (promise: Promise<void>, signal: AbortSignal): Promise<void> =>
  Promise.race([
    promise,
    new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
    ),
  ]);

/** `/health` says that the process lives, `/health/ready` whether each dependency answers (503 where one does not). */
export function healthRoutes(dependencies: Dependencies, now: () => Date = () => new Date()): Router {
  const router = Router();
  router.get('/health', (_request, response) => {
    response.json({ status: 'ok', timestamp: now().toISOString() });
  });
  router.get('/health/ready', async (_request, response) => {
    const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
    const results = await Promise.all(
      Object.entries(dependencies).map(async ([name, check]) => {
        const answered = await withSignal(check(signal), signal).then(
          () => true,
          () => false,
        );
        return [name, answered ? 'ok' : 'unavailable'] as const;
      }),
    );
    const status = results.every(([, result]) => result === 'ok') ? 'ok' : 'unavailable';
    response
      .status(status === 'ok' ? 200 : 503)
      .json({ status, timestamp: now().toISOString(), dependencies: Object.fromEntries(results) });
  });
  return router;
}
