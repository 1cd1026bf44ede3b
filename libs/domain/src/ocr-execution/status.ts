export const EXECUTION_STATUSES = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];
export type FinalStatus = 'completed' | 'failed' | 'cancelled';

/** Whether nothing will happen to the execution any more. */
export const isFinal = (status: ExecutionStatus): status is FinalStatus =>
  status === 'completed' || status === 'failed' || status === 'cancelled';
