import { type Job, ocrResultSchema, RECEIPT_FIELDS, type Receipt } from '@inkstream/contracts';
import Table from 'cli-table3';

const percent = (confidence?: number) =>
  confidence === undefined ? '' : `${Math.round(confidence * 100)} %`;

function fieldRows(receipt: Receipt): string[][] {
  const rows = RECEIPT_FIELDS.flatMap(({ name, always }) => {
    const field = receipt[name];
    if (field) return [[name, field.value, percent(field.confidence)]];
    return always ? [[name, '-', '']] : [];
  });
  const itemRows = receipt.items.map(({ description, quantity, unitPrice, amount, confidence }) => {
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
  table.push(...(receipt ? fieldRows(receipt) : [['receipt', '-', '']]));
  const quoted = text.split('\n').map((line) => `  | ${line}`);
  return [job.name, ...quoted, table.toString()].join('\n');
}
