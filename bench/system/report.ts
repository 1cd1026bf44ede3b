import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import Table from 'cli-table3';
import type { Mode } from './subject/backends.ts';

/** One figure. `target` is what it has to reach: at least (`>=`) or at most (`<=`) so much. */
export interface Figure {
  /** Which Inkstream it is of; of none where it is a baseline. */
  readonly mode?: Mode;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: { readonly is: '>=' | '<='; readonly limit: number };
}

/** A figure with the benchmark that it comes from. */
export type Result = Figure & { readonly benchmark: string };

const reached = ({ value, target }: Figure): string => {
  if (!target) return '';
  const ok = target.is === '>=' ? value >= target.limit : value <= target.limit;
  return `${target.is} ${target.limit}: ${ok ? 'yes' : 'NO'}`;
};

const rounded = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/** Prints the figures as a table and writes them as JSON. */
export async function report(results: readonly Result[], folder: string, now: Date): Promise<void> {
  const head = ['benchmark', 'mode', 'figure', 'value', 'unit', 'target'];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const result of results) {
    const { benchmark, mode = 'baseline', name, value, unit } = result;
    table.push([benchmark, mode, name, rounded(value), unit, reached(result)]);
  }
  console.log(table.toString());
  await mkdir(folder, { recursive: true });
  const file = `${folder}/${now.toISOString().replaceAll(':', '-')}.json`;
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
  await writeFile(file, `${JSON.stringify({ at: now.toISOString(), machine, results }, null, 2)}\n`);
  console.log(`written to ${file}`);
}
