import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './rules.ts';

export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit: string } };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat: string;
  }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: { readonly query: string } }[];
  };
}

/** The dashboards as Grafana gets them. */
export const dashboards: readonly Dashboard[] = globSync('deploy/observability/grafana/dashboards/*.json', {
  cwd: ROOT,
})
  .toSorted()
  .map((path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')));

/** A query as Grafana asks it, with all values of each variable, and a window that has two scrapes at least. */
export const asked = ({ templating }: Dashboard, expr: string): string =>
  templating.list
    .reduce((text, { name }) => text.replaceAll(`$${name}`, '.*'), expr)
    .replaceAll('$__rate_interval', '1m');
