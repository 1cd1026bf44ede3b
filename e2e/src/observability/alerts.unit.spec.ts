import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tablesIn } from '../docs/page.ts';
import { alerts, ROOT, ruleTests, runbooks } from './rules.ts';

const names = alerts.map(({ alert }) => alert);
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

it('every alert has a name of its own, and every runbook is that of an alert', () => {
  expect(names.length).toBeGreaterThan(30);
  expect(runbooks.toSorted()).toEqual(names.toSorted());
});

describe.each(alerts)('$alert', ({ alert, labels, annotations }) => {
  it('says how bad it is, what is wrong, and where it is told what to do', () => {
    expect(labels?.severity).toMatch(/^(critical|warning)$/);
    expect(annotations?.summary).toMatch(/^\S.{10,}[^.]$/);
    expect(annotations?.runbook_url).toBe(`docs/operations/runbooks/${alert}.md`);
  });

  it('has a runbook with what it means, how to see, and what to do', () => {
    const sections = read(annotations?.runbook_url ?? '').split(/^## /m);
    const [title = '', ...others] = sections;
    expect(title).toMatch(labels?.severity === 'critical' ? /paged\.$/m : /nobody is woken\.$/m);
    expect(title.split('\n')[0]).toBe(`# ${alert}`);
    expect(others.map((section) => section.split('\n')[0])).toEqual([
      'What it means',
      'How to see',
      'What to do',
    ]);
    for (const section of others) expect(section.length).toBeGreaterThan(50);
  });

  it('is tested to fire and to be silent', () => {
    const expected = ruleTests
      .flatMap((test) => test.alert_rule_test)
      .filter(({ alertname }) => alertname === alert)
      .map(({ exp_alerts }) => exp_alerts.length > 0);
    expect(new Set(expected)).toEqual(new Set([true, false]));
  });
});

it('the page of what is watched lists every alert, with its severity', () => {
  const table = tablesIn(read('docs/operations/observability.md')).find(({ head }) => head[0] === 'alert');
  const listed = table?.rows.map(([name = '', severity]) => [/\[(\w+)\]/.exec(name)?.[1], severity]);
  expect(listed).toEqual(alerts.map(({ alert, labels }) => [alert, labels?.severity]));
});
