import Table from 'cli-table3';
import { JUDGED, type Judged, type Judgement, judge } from './judge.ts';
import { type ReadCase, resultOf } from './read-cases.ts';
import { binsOf, calibrationError, isHeldOut } from './reliability.ts';
import { mean, percentile } from './statistics.ts';

interface Scored extends ReadCase {
  readonly judgement: Judgement;
}
/** From which confidence on people are not asked. */
const SURE = 0.8;
const CALIBRATED = ['total', 'date', 'merchant', 'currency', 'tax'] as const;

const script = (language: string) => new Intl.Locale(language).maximize().script;
const share = (flags: readonly boolean[]) => (flags.length === 0 ? '–' : mean(flags.map(Number)).toFixed(2));
const ratio = (part: number, whole: number) => (whole === 0 ? '–' : (part / whole).toFixed(2));

function row(name: string, group: readonly Scored[]): string[] {
  const snippets = group.flatMap(({ judgement }) => judgement.snippets);
  const items = (key: 'hit' | 'wanted' | 'found') =>
    group.reduce((sum, one) => sum + one.judgement.items[key], 0);
  return [
    name,
    String(group.length),
    ...JUDGED.map((field) => share(group.flatMap((one) => one.judgement.fields[field]?.right ?? []))),
    ratio(items('hit'), items('wanted')),
    ratio(items('hit'), items('found')),
    share(snippets.map((one) => one.exact)),
    share(snippets.map((one) => one.folded)),
  ];
}

const HEAD = ['', 'n', ...JUDGED, 'items found', 'items right', 'snippets', 'folded'];
const PLAIN = { head: [], border: [], 'padding-left': 0, 'padding-right': 1 };

function print(head: readonly string[], rows: readonly string[][]): void {
  const table = new Table({ head: [...head], style: PLAIN });
  table.push(...rows);
  console.log(table.toString());
}

const groupsBy = (cases: readonly Scored[], key: (one: Scored) => string): [string, Scored[]][] =>
  [...Map.groupBy(cases, key)].sort(([a], [b]) => a.localeCompare(b));

/** Prints what is right by script, language and kind, how sure it was said to be, and what it cost. */
export function report(read: readonly ReadCase[], { detail = false }: { detail?: boolean } = {}): void {
  const cases = read.map((one): Scored => ({ ...one, judgement: judge(resultOf(one), one.truth) }));
  const latin = (one: Scored) => script(one.truth.language) === 'Latn';
  const some = [
    ['all', cases],
    ['Latin script', cases.filter(latin)],
    ['other scripts', cases.filter((one) => !latin(one))],
    ...groupsBy(cases, ({ truth }) => truth.kind),
    ...groupsBy(cases, ({ truth }) => truth.language),
  ] as const;
  print(
    HEAD,
    some.filter(([, group]) => group.length > 0).map(([name, group]) => row(name, group)),
  );
  for (const { id, fault } of cases) if (fault !== undefined) console.log(`${id} was not read: ${fault}`);
  if (detail) printWrong(cases);
  printSure(cases);
  printReliability(cases.filter(({ id }) => isHeldOut(id)));
  printCost(cases);
}

function printWrong(cases: readonly Scored[]): void {
  for (const { id, truth, judgement, ...read } of cases) {
    const { receipt } = resultOf(read);
    const wrong = JUDGED.filter((name) => judgement.fields[name]?.right === false);
    const said = (name: Judged) =>
      `${name} ${receipt?.[name]?.value ?? '–'} (${receipt?.[name]?.confidence ?? 0}), not ${truth[name]}`;
    if (wrong.length > 0) console.log(`${id}: ${wrong.map(said).join('; ')}`);
  }
}

const verdictsOf = (cases: readonly Scored[], name: Judged) =>
  cases.flatMap(({ judgement }) => judgement.fields[name] ?? []);

function printSure(cases: readonly Scored[]): void {
  const totals = verdictsOf(cases, 'total');
  const sure = totals.filter(({ confidence }) => confidence >= SURE);
  const right = totals.filter((verdict) => verdict.right);
  const sureAndRight = sure.filter((verdict) => verdict.right).length;
  console.log(
    `totals given with ${SURE} or more: ${sureAndRight} of ${sure.length} right (${ratio(sureAndRight, sure.length)}); ` +
      `of ${right.length} right totals ${ratio(sureAndRight, right.length)} are given with ${SURE} or more`,
  );
}

/** Mean confidence and share that is right of ten bins, a column each. */
function printReliability(cases: readonly Scored[]): void {
  console.log(
    `\nreliability, said and right in bins of equal count (${cases.length} receipts that no confidence was fitted to)`,
  );
  const rows = CALIBRATED.map((name) => {
    const given = verdictsOf(cases, name).filter((verdict) => verdict.given);
    const bins = binsOf(given);
    const cells = bins.map(({ said, right }) => `${said.toFixed(2)} ${right.toFixed(2)}`);
    const blank = Array.from({ length: 10 - cells.length }, () => '');
    return [name, String(given.length), ...cells, ...blank, calibrationError(bins).toFixed(3)];
  });
  print(['', 'n', ...Array.from({ length: 10 }, (_, at) => String(at + 1)), 'ECE'], rows);
}

function printCost(cases: readonly Scored[]): void {
  const cpu = cases.map(({ cpuMs }) => cpuMs);
  const peak = Math.max(...cases.map(({ peakMb }) => peakMb));
  console.log(
    `CPU ms a document: mean ${mean(cpu).toFixed(0)}, p95 ${percentile(cpu, 0.95).toFixed(0)} (decoding included); ` +
      `peak memory ${peak.toFixed(0)} MiB (its decoder's included)`,
  );
}
