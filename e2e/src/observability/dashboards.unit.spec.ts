import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tablesIn } from '../docs/page.ts';
import { dashboards } from './dashboards.ts';
import { ROOT } from './rules.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const sources = parse(read('deploy/observability/grafana/datasources/inkstream.yaml')).datasources.map(
  ({ uid }: { uid: string }) => uid,
);

it('the page of what is watched lists every dashboard', () => {
  const table = tablesIn(read('docs/operations/observability.md')).find(
    ({ head }) => head[0] === 'dashboard',
  );
  const listed = table?.rows.map(([name]) => name?.replaceAll('*', ''));
  expect(listed?.toSorted()).toEqual(dashboards.map(({ title }) => title).toSorted());
});

describe.each(dashboards)('$title', ({ panels, templating }) => {
  it('asks sources that are provisioned, each panel by a title and an id of its own', () => {
    const shown = panels.filter(({ type }) => type !== 'row');
    expect(shown.length).toBeGreaterThan(2);
    for (const { datasource, targets, fieldConfig } of shown) {
      expect(sources).toContain(datasource?.uid);
      expect(targets?.length).toBeGreaterThan(0);
      expect(fieldConfig?.defaults.unit).toBeTruthy();
    }
    expect(new Set(shown.map(({ title }) => title)).size).toBe(shown.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('lays no panel over another', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('is narrowed by each of its variables', () => {
    const asked = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join('\n');
    for (const { name } of templating.list) expect(asked).toContain(`${name}=~"$${name}"`);
  });
});
