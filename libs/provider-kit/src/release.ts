import type { KnownExecution } from '@inkstream/job-store';
import type { ProviderContext } from './context.ts';
import { raceAbort } from './persist.ts';
import { idsOf, type Request, tryCommand } from './request.ts';

/** Shorter than the time that a bus gives a handler to hand its work back, ms. */
const LIMIT_MS = 1_500;

/**
 * Says that an attempt ended with the work of this process, so that it counts for nothing and whoever takes over begins
 * at once. Does nothing if the attempt was superseded, or the execution has ended. Never rejects: an attempt that can't
 * be released counts as lost.
 */
export async function releaseAttempt(
  context: Pick<ProviderContext, 'eventStore' | 'random' | 'log'>,
  request: Request,
  known: KnownExecution,
  attempt: number,
): Promise<void> {
  const { log } = context;
  const what = { ...idsOf(request), attempt };
  const release = tryCommand(context, request, known, { type: 'ReleaseExecution', attempt });
  await raceAbort(release, AbortSignal.timeout(LIMIT_MS)).then(
    (released) => released && log.info(what, 'an attempt was handed back with its document'),
    (err) => log.warn({ err, ...what }, 'an attempt could not be handed back: it counts as lost'),
  );
}
