import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import Table from 'cli-table3';

/** One figure. `target` is what it has to reach: at least (`>=`) or at most (`<=`) so much. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: { readonly is: '>=' | '<='; readonly limit: number };
}

const reached = ({ value, target }: Figure): string => {
  if (!target) return '';
  const ok = target.is === '>=' ? value >= target.limit : value <= target.limit;
  return `${target.is} ${target.limit}: ${ok ? 'yes' : 'NO'}`;
};

const rounded = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/** Prints the figures as a table and writes them as JSON. */
export async function report(figures: readonly Figure[], folder: string, now: Date): Promise<void> {
  const table = new Table({ head: ['figure', 'value', 'unit', 'target'], style: { head: [], border: [] } });
  for (const figure of figures)
    table.push([figure.name, rounded(figure.value), figure.unit, reached(figure)]);
  console.log(table.toString());
  await mkdir(folder, { recursive: true });
  const file = `${folder}/${now.toISOString().replaceAll(':', '-')}.json`;
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
  await writeFile(file, `${JSON.stringify({ at: now.toISOString(), machine, figures }, null, 2)}\n`);
  console.log(`written to ${file}`);
}
