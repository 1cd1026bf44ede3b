import { type ExecutionView, isFinal, type RecordedExecutionEvent } from '@inkstream/domain';
import { counter, histogram, tenantLabel } from '@inkstream/service-kit';

/** An event that was projected for the first time, and the execution before it. */
export interface ExecutionChange {
  readonly before: ExecutionView;
  readonly event: RecordedExecutionEvent;
}

const secondsBetween = (from: string, to: string): number =>
  Math.max(0, Date.parse(to) - Date.parse(from)) / 1_000;

/** How an attempt ended, by the event that says so. */
const ATTEMPT_OUTCOMES = {
  ExecutionCompleted: 'completed',
  ExecutionRetryScheduled: 'retried',
  ExecutionFailed: 'failed',
  ExecutionHandedOver: 'handed_over',
} as const;
const EXECUTION_OUTCOMES = {
  ExecutionCompleted: 'completed',
  ExecutionFailed: 'failed',
  ExecutionCancelled: 'cancelled',
} as const;

const outcomeIn = <Outcomes extends Readonly<Record<string, string>>>(
  outcomes: Outcomes,
  type: string,
): Outcomes[keyof Outcomes] | undefined =>
  Object.hasOwn(outcomes, type) ? outcomes[type as keyof Outcomes] : undefined;

/** The pages that an event says were read and were not; none for a reading that was copied, or told of before. */
function pagesOf({ type, data }: RecordedExecutionEvent): { read: number; failed: number } {
  const none = { read: 0, failed: 0 };
  const reading =
    type === 'ExecutionHandedOver'
      ? data.reading
      : type === 'ExecutionCompleted' && (data.readIn ?? data.attempt) === data.attempt
        ? data
        : undefined;
  if (!reading || reading.reused) return none;
  const failed = reading.pageErrors ?? 0;
  return { read: reading.pages - failed, failed };
}

/** US dollars that the attempt cost; what a cancellation says of is the sum of all attempts, most of which were counted. */
function costOf({ type, data }: RecordedExecutionEvent): number {
  if (!Object.hasOwn(ATTEMPT_OUTCOMES, type) || !('cost' in data) || data.cost?.currency !== 'USD') return 0;
  return Number(data.cost.amount);
}

/**
 * Counts what becomes of executions, by the events that say so: whoever ended them, each is counted once. An event that
 * is projected again counts nothing, nor does a rebuild.
 */
export function executionMetrics(tenants: ReadonlySet<string>): (change: ExecutionChange) => void {
  const executions = counter('inkstream.executions', {
    unit: '{execution}',
    description: 'Executions that ended',
  });
  const duration = histogram('inkstream.execution.duration', {
    unit: 's',
    description: 'From the request of an execution to its end',
  });
  const pages = counter('inkstream.execution.pages', {
    unit: '{page}',
    description: 'Pages that were read, and that could not be',
  });
  const attempts = counter('inkstream.execution.attempts', {
    unit: '{attempt}',
    description: 'Attempts that ended, by how',
  });
  const cost = counter('inkstream.execution.cost', {
    unit: '{USD}',
    description: 'What attempts cost, as their vendors say',
  });

  return ({ before, event }) => {
    const { type, data } = event;
    if (event.uid !== before.uid || isFinal(before.status)) return;
    const provider = before.asked ?? before.ocrProvider;
    const tenant = tenantLabel(before.tenant, tenants);
    const attemptOutcome = outcomeIn(ATTEMPT_OUTCOMES, type);
    if (attemptOutcome && data.attempt > 0) attempts.add(1, { provider, outcome: attemptOutcome });
    const { read, failed } = pagesOf(event);
    if (read > 0) pages.add(read, { provider, outcome: 'read' });
    if (failed > 0) pages.add(failed, { provider, outcome: 'failed' });
    const spent = costOf(event);
    if (spent > 0) cost.add(spent, { provider, tenant });
    const outcome = outcomeIn(EXECUTION_OUTCOMES, type);
    if (outcome === undefined) return;
    const errorType = type === 'ExecutionFailed' ? { 'error.type': data.error.code } : {};
    executions.add(1, { provider, outcome, tenant, ...errorType });
    duration.record(secondsBetween(before.createdAt, event.recordedAt), { provider, outcome });
  };
}
