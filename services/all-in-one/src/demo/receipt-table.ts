import { type Job, ocrResultSchema, type Receipt, type ReceiptField } from '@inkstream/contracts';
import Table from 'cli-table3';

const percent = (confidence: number) => `${Math.round(confidence * 100)} %`;

function fieldRows(receipt: Receipt): string[][] {
  const { items, ...fields } = receipt;
  const rows = Object.entries(fields).map(([name, field]: [string, ReceiptField | null]) =>
    field ? [name, field.value, percent(field.confidence)] : [name, '-', ''],
  );
  const itemRows = items.map(({ description, quantity, unitPrice, amount, confidence }) => {
    const price = quantity && unitPrice ? `${quantity} x ${unitPrice} = ` : '';
    return ['item', `${description}: ${price}${amount ?? '?'}`, percent(confidence)];
  });
  return [...rows, ...itemRows];
}

/** A job of one receipt to look at: its text, and its fields with how sure they are. */
export function receiptTable(job: Job): string {
  const execution = job.files[0]?.executions[0];
  if (!execution?.ocrData) return `${job.name}: ${job.status}, ${execution?.error?.message ?? 'no result'}`;
  const { text, receipt } = ocrResultSchema.parse(JSON.parse(execution.ocrData));
  const table = new Table({
    head: ['field', 'value', 'confidence'],
    colWidths: [15, 60, 12],
    wordWrap: true,
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  table.push(...fieldRows(receipt));
  const quoted = text.split('\n').map((line) => `  | ${line}`);
  return [job.name, ...quoted, table.toString()].join('\n');
}
