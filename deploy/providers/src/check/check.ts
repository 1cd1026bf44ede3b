import { checkModel, type ModelCheck, type Vendor, WARN_DAYS } from '@inkstream/provider-kit';
import { type Difference, differences } from './fields.ts';
import { centsOf, type Readings, readReceipts } from './read-receipts.ts';
import type { FixedReceipt } from './receipts.ts';
import type { Report } from './report.ts';

/** What differs from the last time on one receipt; `model` among the fields if another one answered. */
export interface Drift {
  readonly receipt: string;
  /** When it was read before, ISO 8601 UTC. */
  readonly since: string;
  readonly differences: readonly Difference[];
}

export interface VendorCheck {
  readonly name: string;
  readonly model: string | undefined;
  readonly check: ModelCheck;
  /** Null if nothing was to be read, or could be. */
  readonly readings: Readings | null;
  readonly drift: readonly Drift[];
}

/** So long a vendor may take to say how it is, ms. */
const ASK_MS = 60_000;

interface CheckOptions {
  /** None: nothing is bought. */
  readonly receipts: readonly FixedReceipt[];
  readonly last: Report;
  readonly now: Date;
}

/** Asks a vendor for its models, and has it read the receipts if it can. */
export async function checkVendor(
  vendor: Vendor,
  { receipts, last, now }: CheckOptions,
): Promise<VendorCheck> {
  const { name, model, engine } = vendor;
  try {
    const check = await checkModel(vendor, now, AbortSignal.timeout(ASK_MS));
    const reads = receipts.length > 0 && check.state !== 'gone' && check.state !== 'failed';
    const readings = reads ? await readReceipts(vendor, receipts) : null;
    return { name, model, check, readings, drift: driftOf(readings, last.providers[name] ?? {}) };
  } finally {
    await engine.close?.();
  }
}

function driftOf(readings: Readings | null, last: Report['providers'][string]): Drift[] {
  return Object.entries(readings?.byReceipt ?? {}).flatMap(([receipt, now]) => {
    const before = last[receipt];
    if (!before || 'error' in now) return [];
    const found = differences({ model: before.model, ...before.fields }, { model: now.model, ...now.fields });
    return found.length > 0 ? [{ receipt, since: before.at, differences: found }] : [];
  });
}

/** The report for the next time: what could not be read now stays as it was read last. */
export const reportOf = (last: Report, checks: readonly VendorCheck[], now: Date): Report => ({
  version: 1,
  providers: {
    ...last.providers,
    ...Object.fromEntries(
      checks.map(({ name, readings }) => {
        const read = Object.entries(readings?.byReceipt ?? {}).flatMap(([receipt, reading]) =>
          'error' in reading ? [] : [[receipt, { ...reading, at: now.toISOString() }]],
        );
        return [name, { ...last.providers[name], ...Object.fromEntries(read) }];
      }),
    ),
  },
});

/** Whether somebody has to see to it: the model is gone, or the vendor does not answer or read. */
export const hasFailed = ({ check, readings }: VendorCheck): boolean =>
  check.state === 'gone' ||
  check.state === 'failed' ||
  Object.values(readings?.byReceipt ?? {}).some((reading) => 'error' in reading);

/** A check in lines for people. */
export function linesOf({ name, model, check, readings, drift }: VendorCheck): string[] {
  const lines = [`${name}: ${stateLine(model, check)}`];
  const { ends, daysLeft = Number.POSITIVE_INFINITY } = check;
  if (daysLeft <= WARN_DAYS)
    lines.push(
      `  warning: ${model} is shut down on ${ends}, ${daysLeft < 0 ? 'which is past' : `in ${daysLeft} days`}`,
    );
  if (!readings) return lines;
  const all = Object.entries(readings.byReceipt);
  const read = all.filter(([, reading]) => !('error' in reading)).length;
  lines.push(`  ${read} of ${all.length} receipts read, for ${centsOf(readings.spent)}`);
  for (const [receipt, reading] of all)
    if ('error' in reading) lines.push(`  ${receipt} was not read: ${reading.error}`);
  for (const { receipt, since, differences } of drift)
    for (const { field, before, now } of differences)
      lines.push(`  ${receipt}: ${field} is ${quoted(now)}, was ${quoted(before)} on ${since.slice(0, 10)}`);
  return lines;
}

const quoted = (value: string | null) => (value === null ? 'missing' : JSON.stringify(value));

function stateLine(model = 'its model', { state, reason, ends }: ModelCheck): string {
  switch (state) {
    case 'there':
      return `${model} is there${ends ? ` until ${ends}` : ''}`;
    case 'no_list':
      return 'it answers, and has no list of models';
    case 'gone':
      return `${model} is gone: ${reason}`;
    case 'failed':
      return `it does not read: ${reason}`;
  }
}
