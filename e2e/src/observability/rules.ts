import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const RULES = join(ROOT, 'deploy/observability/rules');

/** A rule of Prometheus: an alert, or what is recorded under another name. */
export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface RuleTest {
  readonly name: string;
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
}

const parsed = <T>(pattern: string): T[] =>
  globSync(pattern, { cwd: RULES })
    .toSorted()
    .map((path) => parse(readFileSync(join(RULES, path), 'utf8')) as T);

/** All rules, in files of which each has its tests by the same name in `tests`. */
export const rules: readonly Rule[] = parsed<{ groups: { rules: Rule[] }[] }>('*.yaml').flatMap(
  ({ groups }) => groups.flatMap((group) => group.rules),
);

export const alerts = rules.flatMap(({ alert, ...rule }) =>
  alert === undefined ? [] : [{ alert, ...rule }],
);

/** The tests that promtool runs. */
export const ruleTests: readonly RuleTest[] = parsed<{ tests: RuleTest[] }>('tests/*.yaml').flatMap(
  ({ tests }) => tests,
);

/** The names of the pages that say what to do. */
export const runbooks = globSync('docs/operations/runbooks/*.md', { cwd: ROOT }).map((path) =>
  basename(path, '.md'),
);
