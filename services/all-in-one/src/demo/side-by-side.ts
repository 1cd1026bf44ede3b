import type { Comparison, FieldComparison, History, Receipt } from '@inkstream/contracts';
import Table from 'cli-table3';

/** One provider's reading. */
export interface Reading {
  readonly executionId: number;
  readonly provider: string;
  /** Null: it found none, or failed. */
  readonly receipt: Receipt | null;
  /** What went wrong. */
  readonly error?: string | undefined;
}

const FIELDS = ['merchant', 'date', 'total', 'tax', 'currency'] as const;
/** Of a value that is not the consensus. */
const MARK = '≠ ';

/** How sure a provider is of the fields, on average; nothing if it does not say. */
function confidenceOf(receipt: Receipt | null): string {
  const stated = FIELDS.flatMap((name) => receipt?.[name]?.confidence ?? []);
  if (stated.length === 0) return '';
  return `${Math.round((100 * stated.reduce((sum, one) => sum + one, 0)) / stated.length)} %`;
}

/** What an execution took and cost, as its last event says. */
function endOf({ data }: History, executionId: number): { readonly ms: string; readonly cost: string } {
  const end = data.find((event) => event.executionId === executionId && event.type === 'ExecutionCompleted');
  const { durationMs, cost } = (end?.data ?? {}) as { durationMs?: number; cost?: { amount: string } };
  return { ms: durationMs === undefined ? '' : String(Math.round(durationMs)), cost: cost?.amount ?? '' };
}

/** Whether an execution says something else than most probably is the case, or nothing. */
function differs(field: FieldComparison | undefined, executionId: number): boolean {
  const own = field?.values.find(({ by }) => by.some((one) => one.executionId === executionId));
  return own?.value !== field?.consensus?.value;
}

/** What each provider read of a receipt, side by side, and the consensus of them. */
export function sideBySide(readings: readonly Reading[], { receipts }: Comparison, history: History): string {
  const [compared] = receipts;
  const fieldOf = (name: string) => compared?.fields.find((field) => field.name === name);
  const listOf = (executionId: number) =>
    compared?.items?.lists.find(({ by }) => by.some((one) => one.executionId === executionId));
  const most = compared?.items?.lists[0];
  const rows = readings.map(({ executionId, provider, receipt, error }) => {
    const { ms, cost } = endOf(history, executionId);
    const list = listOf(executionId);
    const fields = FIELDS.map((name) => {
      const mark = differs(fieldOf(name), executionId) ? MARK : '';
      return `${mark}${receipt?.[name]?.value ?? '-'}`;
    });
    const items = `${list && list !== most ? MARK : ''}${receipt?.items.length ?? '-'}`;
    return error
      ? [provider, { content: error, colSpan: FIELDS.length + 4 }]
      : [provider, ...fields, items, confidenceOf(receipt), cost, ms];
  });
  const table = new Table({
    head: ['provider', ...FIELDS, 'items', 'confidence', 'cost', 'ms'],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  const agreed = FIELDS.map((name) => fieldOf(name)?.consensus?.value ?? '-');
  const items = compared?.items?.consensus?.items.length ?? '-';
  table.push(...rows, ['consensus', ...agreed, items, '', '', '']);
  return table.toString();
}
