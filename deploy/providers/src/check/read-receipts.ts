import { ocrResultSchema } from '@inkstream/contracts';
import { addSpent, type Spent } from '@inkstream/domain';
import { completeResult, ProviderError, readDocument, type Vendor } from '@inkstream/provider-kit';
import { type Fields, fieldsOf } from './fields.ts';
import type { FixedReceipt } from './receipts.ts';

/** What was read of a receipt, by which model; or why nothing was. */
export type Reading = { readonly model: string; readonly fields: Fields } | { readonly error: string };

export interface Readings {
  /** By the name of the receipt. */
  readonly byReceipt: Readonly<Record<string, Reading>>;
  /** All calls together, as far as the vendor says and prices are known. */
  readonly spent: Spent;
}

/** Has a vendor read each receipt once, one after another, and makes of it what the service would. */
export async function readReceipts(
  { engine, timeoutMs }: Vendor,
  receipts: readonly FixedReceipt[],
): Promise<Readings> {
  const byReceipt: Record<string, Reading> = {};
  let spent: Spent = {};
  for (const { name, ...document } of receipts)
    try {
      const recognition = await readDocument(engine, document, { signal: AbortSignal.timeout(timeoutMs) });
      const { usage, cost, model } = recognition;
      spent = addSpent(spent, { ...(usage && { usage }), ...(cost && { cost }) });
      const { json } = completeResult(recognition);
      const result = ocrResultSchema.parse(JSON.parse(new TextDecoder().decode(json)));
      byReceipt[name] = { model, fields: fieldsOf(result) };
    } catch (error) {
      if (!(error instanceof ProviderError || isTimeout(error))) throw error;
      const { usage, cost } = error instanceof ProviderError ? (error.spent ?? {}) : {};
      spent = addSpent(spent, { ...(usage && { usage }), ...(cost && { cost }) });
      byReceipt[name] = { error: error.message };
    }
  return { byReceipt, spent };
}

const isTimeout = (error: unknown): error is Error => error instanceof Error && error.name === 'TimeoutError';

/** Such as `1.3 cents`. */
export function centsOf({ cost, usage }: Spent): string {
  if (cost) return `${Number((Number(cost.amount) * 100).toPrecision(3))} cents`;
  return usage ? 'a price that is not known' : 'a cost that the vendor does not tell';
}
