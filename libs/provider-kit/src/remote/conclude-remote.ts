import { randomInt } from 'node:crypto';
import type { Spent } from '@inkstream/domain';
import type { EventStore, StoreClock } from '@inkstream/event-store';
import type { KnownExecution } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import type { Logger } from '@inkstream/service-kit';
import { completeResult } from '../complete-result.ts';
import { type ConcludeContext, conclude } from '../conclude.ts';
import { documentBytes } from '../fetch-document.ts';
import { Purse } from '../limits/purse.ts';
import type { Outcome } from '../outcome.ts';
import { nobody, PagesRead } from '../pages-read.ts';
import { type AttemptFault, ProviderError, toFault } from '../provider-error.ts';
import { causeOf } from '../recognise.ts';
import { attemptsBefore, lostAttempts, type Request } from '../request.ts';
import type { RetryPolicy } from '../retry-policy.ts';
import { loadPages, unsettledPages } from '../stored-page.ts';
import { UnfitError } from './said-of-page.ts';
import { startOf } from './start-of.ts';

export interface RemoteAttemptsDeps {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
  readonly storeClock: StoreClock;
  readonly policy: RetryPolicy;
  readonly random: () => number;
  readonly log: Logger;
}

/** `copy` of results is a random number below this. */
const COPIES = 2 ** 47;
const never = new AbortController().signal;

/** A worker elsewhere keeps what it says until it is answered, so a store's fault is passed on to it. */
const keeper: ConcludeContext['keeper'] = { keep: (_what, work) => work() };
/** Whether its provider is down a worker knows itself. */
const circuit = { open: false };
/** Each page is stored before its call is answered. */
const storedPages = { left: true, settled: async () => {}, end: async () => {} };

const contextOf = (deps: RemoteAttemptsDeps): ConcludeContext => ({
  ...deps,
  ...{ keeper, circuit, copy: randomInt(1, COPIES) },
});

/** What is wrong with the stored document, if anything is. Rejects with a transient fault if the store is. */
export async function faultOfDocument(
  { objects }: RemoteAttemptsDeps,
  { document }: Request,
): Promise<AttemptFault | null> {
  try {
    for await (const _ of documentBytes(objects, document, never));
    return null;
  } catch (error) {
    if (error instanceof ProviderError) return toFault(error);
    throw error;
  }
}

/**
 * What the pages come to that are stored.
 *
 * @throws UnfitError if one is missing.
 */
export async function outcomeOfPages({ objects }: RemoteAttemptsDeps, request: Request): Promise<Outcome> {
  const { pages: there } = await loadPages(objects, request);
  const pages = new PagesRead({ selected: request.pages, there, ended: 0 }, nobody);
  const [first] = there;
  if (!first) throw new UnfitError('Nothing is said of any page');
  const [missing] = pages.opened(first.pageCount);
  if (missing !== undefined) throw new UnfitError(`Nothing is said of page ${missing} of ${first.pageCount}`);
  try {
    return { kind: 'read', result: completeResult(pages.recognition()) };
  } catch (error) {
    return { kind: 'failed', fault: toFault(error), cause: causeOf(error) };
  }
}

/** Gives an execution up whose workers died too often. */
export const giveUpLost = (deps: RemoteAttemptsDeps, request: Request, known: KnownExecution) =>
  conclude(contextOf(deps), request, { kind: 'given-up', known, lost: lostAttempts(known.state) }, never);

/**
 * Records what became of an attempt, as the kit does. `spent`: beside what stored pages say. Null if nothing was written,
 * since another attempt or call was first.
 */
export async function concludeRemote(
  deps: RemoteAttemptsDeps,
  request: Request,
  known: KnownExecution,
  outcome: Outcome,
  { attempt = known.state.attempt, spent = {} }: { readonly attempt?: number; readonly spent?: Spent } = {},
): Promise<KnownExecution | null> {
  const { lost, released, unavailable, timeouts, spent: before } = known.state;
  const purse = new Purse({ before });
  for (const page of unsettledPages(await loadPages(deps.objects, request), known.state)) purse.recall(page);
  purse.spend(spent);
  const start = await startOf(deps.eventStore, request, known.state, attempt);
  const durationMs = start ? Math.max(0, Math.round((await deps.storeClock.now()) - start.at)) : 0;
  const counted = attempt - attemptsBefore(request) - lost - released - unavailable;
  const facts = { known, attempt, counted, timeouts, outcome, purse, durationMs, pages: storedPages };
  return conclude(contextOf(deps), request, { kind: 'made', reused: false, ...facts }, never);
}
