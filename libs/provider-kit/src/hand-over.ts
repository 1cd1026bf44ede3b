import { type ExecutionCommand, isOfDocument, type Reading, type Spent } from '@inkstream/domain';
import type { StorableResult } from './complete-result.ts';
import { shortcomingsOf } from './judge.ts';
import type { Request } from './request.ts';

type Command<Type extends ExecutionCommand['type']> = Extract<ExecutionCommand, { type: Type }>;

/** The same as was asked of this provider, for the next. */
function askedOf(request: Request): Command<'HandOverExecution'>['asked'] {
  const { revision, fileId, document, priority, pages, reuse, escalation, passwordKey } = request;
  return {
    ...{ revision, fileId, document },
    ...(priority !== 'interactive' && { priority }),
    ...(pages && { pages }),
    ...(reuse && { reuse }),
    ...(passwordKey !== undefined && { passwordKey }),
    ...(escalation && { escalation }),
  };
}

/** What follows from a reading whose result is stored: the end, or that the next provider is asked, if it is not good enough. */
export function afterReading(
  request: Request,
  attempt: number,
  reading: Reading,
  { json }: Pick<StorableResult, 'json'>,
  spent: Spent,
): Command<'CompleteExecution' | 'HandOverExecution'> {
  const { escalation, next: to } = request;
  const because = escalation ? shortcomingsOf(JSON.parse(new TextDecoder().decode(json)), escalation) : [];
  if (because.length === 0) return { type: 'CompleteExecution', attempt, ...reading, ...spent };
  if (to === undefined)
    return { type: 'CompleteExecution', attempt, ...reading, ...spent, shortcomings: because.length };
  return { type: 'HandOverExecution', attempt, to, because, reading, asked: askedOf(request), ...spent };
}

/** What follows if an attempt ends without a reading for good: another provider may do better, if it is not the document's fault. */
export function insteadOfFailure<Failure extends Command<'FailExecution' | 'GiveUpExecution'>>(
  request: Request,
  attempt: number,
  failure: Failure,
): Failure | Command<'HandOverExecution'> {
  const { next: to } = request;
  const { error, usage, cost } = failure;
  if (to === undefined || isOfDocument(error.code)) return failure;
  const spent = { ...(usage && { usage }), ...(cost && { cost }) };
  return { type: 'HandOverExecution', attempt, to, because: [], error, asked: askedOf(request), ...spent };
}
