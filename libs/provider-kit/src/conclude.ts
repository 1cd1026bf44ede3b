import { type ExecutionCommand, type ExecutionFault, isFinal, type Spent } from '@inkstream/domain';
import { type KnownExecution, readExecution } from '@inkstream/job-store';
import { inSpan } from '@inkstream/service-kit';
import type { Attempt, MadeAttempt } from './attempt.ts';
import type { StorableResult } from './complete-result.ts';
import type { ProviderContext } from './context.ts';
import { afterReading, insteadOfFailure } from './hand-over.ts';
import type { Outcome } from './outcome.ts';
import { pagesThere } from './pages-there.ts';
import { NotKeptError } from './persist.ts';
import type { AttemptFault } from './provider-error.ts';
import { releaseAttempt } from './release.ts';
import { idsOf, isAskedOf, type Request, tryCommand } from './request.ts';
import { resultKeys, saveResult, tidyResults } from './result-objects.ts';
import { retryDelay } from './retry-policy.ts';
import { offerForReuse } from './reuse.ts';

const COSTS_ENOUGH = 'There is no further attempt, since the document has cost as much as it may';

/** What is needed to say what became of an attempt, wherever it was made. */
export type ConcludeContext = Pick<
  ProviderContext,
  'eventStore' | 'objects' | 'policy' | 'storeClock' | 'random' | 'log'
> & {
  readonly keeper: Pick<ProviderContext['keeper'], 'keep'>;
  readonly circuit: Pick<ProviderContext['circuit'], 'open'>;
  /** Unless it is known what the provider's results depend on, none of them is reused. */
  readonly reader?: ProviderContext['reader'];
  /** See `resultKeys`. */
  readonly copy?: number;
};

type FailedOutcome = Exclude<Outcome, { kind: 'read' }>;

/** A document that hung while its provider is known to be down is not to blame. */
function faultOf({ circuit }: ConcludeContext, { kind, fault }: FailedOutcome): AttemptFault {
  return kind === 'hung' && circuit.open ? { ...fault, code: 'provider_unavailable' } : fault;
}

/** What follows from a failed attempt: another one later, or the end. */
async function failureCommand(
  context: ConcludeContext,
  { attempt, counted, timeouts, purse }: MadeAttempt,
  outcome: FailedOutcome,
): Promise<ExecutionCommand> {
  const { policy, storeClock, random } = context;
  const fault = faultOf(context, outcome);
  const withThis = timeouts + (fault.code === 'timeout' ? 1 : 0);
  const delayMs = retryDelay({ fault, attempt, counted, timeouts: withThis }, policy, random);
  const error = { code: fault.code, message: fault.message };
  if (delayMs === null) return { type: 'FailExecution', attempt, error, ...purse.spent };
  // It may cost no more: what keeps it from being read stays the reason.
  if (purse.empty)
    return {
      type: 'FailExecution',
      attempt,
      error: { ...error, message: `${error.message}. ${COSTS_ENOUGH}` },
      ...purse.spent,
    };
  const notBefore = new Date((await storeClock.now()) + delayMs).toISOString();
  return { type: 'ScheduleRetry', attempt, error, notBefore, ...purse.spent };
}

/** What is known of an attempt that has a result. */
type ToComplete = Pick<MadeAttempt, 'known' | 'attempt' | 'durationMs'> & {
  readonly spent: Spent;
  readonly pages?: MadeAttempt['pages'];
};

/** Tidies an execution if it has ended; whoever ends it does so later otherwise. */
async function tidyIfEnded(
  context: ConcludeContext,
  request: Request,
  before: KnownExecution,
): Promise<void> {
  const known = await readExecution(context.eventStore, idsOf(request), { uid: request.uid, known: before });
  if (isFinal(known.state.status)) await tidyResults(context, request, known.revision);
}

/** Stores the result, then says so, or hands it over if it is not good enough. If nobody wants it any more nothing is left of it. */
async function complete(
  context: ConcludeContext,
  request: Request,
  { known, attempt, durationMs, spent, pages }: ToComplete,
  result: StorableResult,
  signal: AbortSignal,
): Promise<KnownExecution | null> {
  const { objects, keeper, copy } = context;
  const keys = resultKeys(request, attempt, copy);
  const { json, sha256, raw: _, rawPages: __, ...facts } = result;
  const reading = {
    resultKey: keys.result,
    resultBytes: json.byteLength,
    resultSha256: sha256,
    durationMs,
    ...facts,
  };
  const command = afterReading(request, attempt, reading, result, spent);
  const what = { ...idsOf(request), attempt };
  await keeper.keep(what, () => saveResult(objects, request, keys, result), signal);
  await keeper.keep(what, () => offerForReuse(context, request, result, attempt), signal);
  const after = await keeper.keep(what, () => tryCommand(context, request, known, command), signal);
  await pages?.end();
  // It has ended: it was cancelled or erased, or another attempt was first. Or an earlier try of this one was, whose
  // answer was lost: the events tell whose result it is.
  const isEnd = command.type === 'CompleteExecution';
  const tidy = () => (isEnd ? tidyResults(context, request) : tidyIfEnded(context, request, known));
  if (!after) await keeper.keep(what, tidy, signal);
  return after;
}

/** Says once that an execution is final now, or handed over. */
function logFinal(
  { log }: ConcludeContext,
  request: Request,
  { state }: KnownExecution,
  durationMs?: number,
): void {
  const { status, attempt } = state;
  const { tenant, requestId } = request.caller;
  const what = { ...idsOf(request), tenant, requestId, status, attempt, durationMs };
  if (isFinal(status)) log.info(what, `execution ${status}`);
  else if (!isAskedOf(request, state))
    log.info({ ...what, to: state.handedOver?.to }, 'execution handed over');
}

/** Ends an execution that its provider can't bring further, or hands it over. */
async function end(
  context: ConcludeContext,
  request: Request,
  known: KnownExecution,
  command: ExecutionCommand,
): Promise<KnownExecution | null> {
  const ended = await tryCommand(context, request, known, command);
  if (ended) logFinal(context, request, ended);
  return ended;
}

/** Ends an execution that its provider can't bring further, whatever state it is in. */
export const giveUp = (
  context: ConcludeContext,
  request: Request,
  known: KnownExecution,
  error: ExecutionFault,
): Promise<KnownExecution | null> => end(context, request, known, { type: 'GiveUpExecution', error });

/**
 * Records what became of an attempt, however long the stores are away. Returns the execution after it, null if nothing
 * was written: none was made, or another one counts.
 *
 * @throws NotKeptError if the service stops before a store took it; another worker then reads the document.
 */
export async function conclude(
  context: ConcludeContext,
  request: Request,
  made: Exclude<Attempt, { kind: 'unwanted' }>,
  signal: AbortSignal,
): Promise<KnownExecution | null> {
  if (made.kind === 'skipped') return null;
  const attributes = { 'inkstream.attempt': made.kind === 'made' ? made.attempt : made.known.state.attempt };
  return inSpan('conclude', { attributes }, async (span) => {
    const after = await concludeMade(context, request, made, signal);
    if (after) span.setAttribute('inkstream.outcome', outcomeOf(request, after));
    return after;
  });
}

/** What became of the attempt: how the execution ended, or who goes on with it. */
function outcomeOf(request: Request, { state }: KnownExecution): string {
  if (isFinal(state.status)) return state.status;
  return isAskedOf(request, state) ? 'retried' : 'handed_over';
}

async function concludeMade(
  context: ConcludeContext,
  request: Request,
  made: Exclude<Attempt, { kind: 'unwanted' | 'skipped' }>,
  signal: AbortSignal,
): Promise<KnownExecution | null> {
  const { keeper, log } = context;
  const { known } = made;
  if (made.kind === 'given-up') {
    const message = `The worker died ${made.lost} times while it read this document`;
    const error: ExecutionFault = { code: 'worker_lost', message };
    const { result, spent } = await keeper.keep(
      idsOf(request),
      () => pagesThere(context, request, error, known.state),
      signal,
    );
    if (result) {
      const { attempt } = known.state;
      const after = await complete(
        context,
        request,
        { known, attempt, durationMs: 0, spent },
        result,
        signal,
      );
      if (after) logFinal(context, request, after);
      return after;
    }
    const failure = { type: 'GiveUpExecution', error, ...spent } as const;
    const command = insteadOfFailure(request, known.state.attempt, failure);
    return keeper.keep(idsOf(request), () => end(context, request, known, command), signal);
  }
  const { outcome, attempt, durationMs, pages, purse } = made;
  const toComplete = () => ({ known, attempt, durationMs, spent: purse.spent, pages });
  const what = { ...idsOf(request), attempt };
  const write = async () => {
    // An answer that was paid for is kept, though this attempt failed.
    if (outcome.kind !== 'read' || outcome.result.rawPages.length > 0) await pages.settled();
    if (outcome.kind === 'read') return complete(context, request, toComplete(), outcome.result, signal);
    const cause = outcome.kind === 'failed' ? outcome.cause : undefined;
    log.warn({ ...what, fault: outcome.fault, cause }, 'attempt failed');
    const command = await keeper.keep(what, () => failureCommand(context, made, outcome), signal);
    if (command.type === 'FailExecution' && pages.left) {
      const there = () => pagesThere(context, request, command.error, known.state);
      const { result } = await keeper.keep(what, there, signal);
      if (result) return complete(context, request, toComplete(), result, signal);
    }
    const next = command.type === 'FailExecution' ? insteadOfFailure(request, attempt, command) : command;
    return keeper.keep(what, () => tryCommand(context, request, known, next), signal);
  };
  try {
    const after = await write();
    if (after) logFinal(context, request, after, durationMs);
    return after;
  } catch (error) {
    if (error instanceof NotKeptError || signal.aborted)
      await releaseAttempt(context, request, known, attempt);
    throw error;
  } finally {
    await pages.end();
  }
}
