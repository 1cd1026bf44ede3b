import { randomUUID } from 'node:crypto';
import type { KnownExecution } from '@inkstream/job-store';
import { ObjectStoreUnavailableError } from '@inkstream/object-store';
import { failSpan, inSpan, isTransientFault } from '@inkstream/service-kit';
import { AttemptPages } from './attempt-pages.ts';
import type { ProviderContext } from './context.ts';
import type { Document } from './engine.ts';
import { fetchDocument } from './fetch-document.ts';
import { Purse } from './limits/purse.ts';
import type { Outcome } from './outcome.ts';
import { ProviderError, toFault } from './provider-error.ts';
import { causeOf } from './recognise.ts';
import { releaseAttempt } from './release.ts';
import { attemptsBefore, lostAttempts, type Request, subjectOfRequest, tryCommand } from './request.ts';
import { findReusable } from './reuse.ts';
import { unlocked } from './unlock.ts';
import { watchAttempt } from './watch-attempt.ts';

/** `known`: the execution as it is known to stand, after the attempt was started if it was. */
export type Attempt =
  /** There was nothing to do, or somebody else did it. */
  | { readonly kind: 'skipped'; readonly known: KnownExecution }
  /** The job is deleted, and its request with it. */
  | { readonly kind: 'unwanted' }
  /** None is made any more: attempt after attempt was lost with its worker. */
  | { readonly kind: 'given-up'; readonly known: KnownExecution; readonly lost: number }
  | MadeAttempt;

export interface MadeAttempt {
  readonly kind: 'made';
  readonly known: KnownExecution;
  /** Which one it is, counted from 1, of all providers of the execution. */
  readonly attempt: number;
  /**
   * How many of them count, this one included: none that was lost with its worker or released by it, or met a provider
   * that was down.
   */
  readonly counted: number;
  /** Those of them that used up a time limit, before this one. */
  readonly timeouts: number;
  readonly outcome: Outcome;
  /** Nothing was read: a stored result of the same bytes is its own. */
  readonly reused: boolean;
  /** What it spent, whatever came of it. */
  readonly purse: Purse;
  readonly durationMs: number;
  /** What it read, and those before it. Whoever concludes the attempt ends them. */
  readonly pages: Pick<AttemptPages, 'left' | 'settled' | 'end'>;
}

export const skipped = (known: KnownExecution): Attempt => ({ kind: 'skipped', known });

/** The document, or what is wrong with it. Rejects with a transient fault if the store is: that is not the document's. */
async function fetched(
  { objects }: ProviderContext,
  { document }: Request,
  signal: AbortSignal,
): Promise<Document | ProviderError> {
  try {
    return await inSpan('fetch document', { attributes: { 'inkstream.document.size': document.bytes } }, () =>
      fetchDocument(objects, document, signal),
    );
  } catch (error) {
    if (error instanceof ProviderError) return error;
    if (signal.aborted || !(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    throw new ObjectStoreUnavailableError('The document did not come in time', { cause: error });
  }
}

/** What an error says of a document, unless the signal or a store is to blame: then it is thrown. */
const faultUnless =
  (aborted: AbortSignal) =>
  (error: unknown): Outcome => {
    aborted.throwIfAborted();
    if (isTransientFault(error)) throw error;
    return { kind: 'failed', fault: toFault(error), cause: causeOf(error) };
  };

/**
 * Starts the next attempt of an execution that is not final, and reads its document. Nothing is started if the execution
 * is no longer as it was known and does not allow it; what is under way ends once the execution has ended elsewhere.
 * Rejects if a store does not answer, and with the signal's reason: the attempt is released then.
 */
export async function attemptExecution(
  context: ProviderContext,
  request: Request,
  before: KnownExecution,
  signal: AbortSignal,
): Promise<Attempt> {
  const { name } = context.reader;
  const attempt = before.state.attempt + 1;
  const options = {
    attributes: { ...subjectOfRequest(request, name), 'inkstream.attempt': attempt },
    // The attempt before, here or elsewhere, or the reading that was handed over.
    links: [before.traceparent],
  };
  return inSpan('attempt', options, async (span) => {
    const made = await makeAttempt(context, request, before, signal);
    span.setAttribute('inkstream.outcome', made.kind === 'made' ? made.outcome.kind : made.kind);
    if (made.kind === 'made' && made.outcome.kind !== 'read') failSpan(span, made.outcome.fault);
    return made;
  });
}

async function makeAttempt(
  context: ProviderContext,
  request: Request,
  before: KnownExecution,
  signal: AbortSignal,
): Promise<Attempt> {
  const { eventStore, pool, lanes, policy, maxCost, spending, worker, clock } = context;
  const { timeouts, unavailable, released, spent, attempt: last } = before.state;
  const lost = lostAttempts(before.state);
  if (lost >= policy.maxLost) return { kind: 'given-up', known: before, lost };
  const reused = await findReusable(context, request);
  const [document, pages] = await Promise.all([
    reused ?? fetched(context, request, signal),
    AttemptPages.load(context, request, before.state),
  ]);
  const attempt = last + 1;
  const after = attemptsBefore(request);
  const start = { type: 'StartExecution', attempt, worker, after } as const;
  // The same request may have come as two messages: one of them starts, though both are in the hands of this worker.
  const started = await tryCommand(context, request, before, start, randomUUID());
  // Another worker took it, or nobody wants it.
  if (!started) return skipped(before);
  const purse = new Purse({
    ...{ before: spent, maxCost },
    assertLeft: () => spending.assertLeft(),
    onSpent: (what) => spending.add(what),
  });
  pages.countUnsettled(purse);
  if (reused) purse.recall(reused.spent);
  const startedAt = clock();
  const watch = watchAttempt(eventStore, request, started);
  const read = async (): Promise<Outcome> => {
    if ('result' in document) return { kind: 'read', result: document.result };
    if (document instanceof ProviderError) return { kind: 'failed', fault: toFault(document) };
    const unwanted = AbortSignal.any([signal, watch.ended]);
    const open = await unlocked(context, request, document, unwanted).catch(faultUnless(unwanted));
    if ('kind' in open) return open;
    const { jobId: key } = request;
    const othersWait = () => lanes.othersWait(key);
    const of = { slow: timeouts > 0, key, othersWait, task: pages.task, sink: pages, purse };
    return pool.recognise(open, { ...of, signal: unwanted });
  };
  // At once, while the engine still ends its work: the consumer does not wait long.
  let handedBack: Promise<void> | undefined;
  const handBack = () => {
    handedBack = pages.settledSoon().then(() => releaseAttempt(context, request, watch.known, attempt));
  };
  if (signal.aborted) handBack();
  else signal.addEventListener('abort', handBack, { once: true });
  try {
    const outcome = await read();
    // The engine was stopped with the service: whoever runs next takes over.
    signal.throwIfAborted();
    await spending.settled();
    const counted = attempt - after - lost - released - unavailable;
    const durationMs = Math.round(clock() - startedAt);
    const made = { known: watch.known, attempt, counted, timeouts, outcome, purse, durationMs, pages };
    return { kind: 'made', ...made, reused: reused !== null };
  } catch (error) {
    await handedBack;
    await pages.end();
    signal.throwIfAborted();
    if (watch.ended.aborted) return skipped(watch.known);
    throw error;
  } finally {
    signal.removeEventListener('abort', handBack);
    watch.stop();
    await handedBack;
  }
}
