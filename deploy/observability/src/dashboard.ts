/** Dashboards of Grafana, as far as ours use them, from what differs between panels. */

const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' } as const;

/** Grafana's unit: https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
type Unit = 'short' | 's' | 'bytes' | 'Bps' | 'ops' | 'percentunit' | 'currencyUSD' | 'd' | 'none';

interface Query {
  readonly expr: string;
  /** The name of each line, from the labels of its series. */
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  readonly description?: string;
  readonly unit: Unit;
  /** A curve over time, or the last value in large digits. */
  readonly type: 'timeseries' | 'stat';
  readonly queries: readonly Query[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  /** Also the name of its file. */
  readonly uid: string;
  readonly title: string;
  /** The labels by which all of it is narrowed, as `$name`, and the metric that knows their values. */
  readonly variables: readonly { readonly name: string; readonly of: string }[];
  readonly rows: readonly Row[];
}

type More = Partial<Pick<Panel, 'description' | 'type'>>;

/** A panel of one query or several, each an expression and the name of its lines. */
export const panel = (
  title: string,
  unit: Unit,
  queries: readonly (readonly [expr: string, legend: string])[],
  more: More = {},
): Panel => ({
  title,
  unit,
  type: 'timeseries',
  queries: queries.map(([expr, legend]) => ({ expr, legend })),
  ...more,
});

/** The median, and what the slowest 5 % and 1 % take, of a histogram in seconds. */
export const quantiles = (title: string, histogram: string, selector: string, more: More = {}): Panel =>
  panel(
    title,
    's',
    [0.5, 0.95, 0.99].map((q) => [
      `histogram_quantile(${q}, sum by (le) (rate(${histogram}_bucket{${selector}}[$__rate_interval])))`,
      `p${q * 100}`,
    ]),
    more,
  );

const WIDTHS = { timeseries: 8, stat: 4 } as const;
const HEIGHTS = { timeseries: 8, stat: 4 } as const;
const FULL_WIDTH = 24;

/** Panels side by side from the left, each row of them below the one before. */
function layOut(rows: readonly Row[]): object[] {
  const placed: object[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    placed.push({
      id: placed.length + 1,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: FULL_WIDTH, h: 1 },
    });
    y += 1;
    let [x, height] = [0, 0];
    for (const one of panels) {
      const [w, h] = [WIDTHS[one.type], HEIGHTS[one.type]];
      if (x + w > FULL_WIDTH) [x, y, height] = [0, y + height, 0];
      placed.push({ id: placed.length + 1, ...panelJson(one), gridPos: { x, y, w, h } });
      x += w;
      height = Math.max(height, h);
    }
    y += height;
  }
  return placed;
}

const panelJson = ({ title, description, unit, type, queries }: Panel) => ({
  type,
  title,
  ...(description && { description }),
  datasource: PROMETHEUS,
  fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
  options:
    type === 'stat'
      ? { reduceOptions: { calcs: ['lastNotNull'] } }
      : { legend: { displayMode: 'list', placement: 'bottom' } },
  targets: queries.map(({ expr, legend }, index) => ({
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    datasource: PROMETHEUS,
    expr,
    legendFormat: legend,
    exemplar: expr.includes('_bucket'),
    ...(type === 'stat' && { instant: true }),
  })),
});

/** What Grafana provisions. */
export const dashboardJson = ({ uid, title, variables, rows }: Dashboard) => ({
  uid,
  title,
  tags: ['inkstream'],
  schemaVersion: 39,
  editable: false,
  refresh: '30s',
  time: { from: 'now-3h', to: 'now' },
  links: [{ type: 'dashboards', tags: ['inkstream'], title: 'Inkstream', asDropdown: true, keepTime: true }],
  templating: {
    list: variables.map(({ name, of }) => ({
      name,
      label: name,
      type: 'query',
      datasource: PROMETHEUS,
      query: { query: `label_values(${of}, ${name})`, refId: name },
      refresh: 2,
      includeAll: true,
      allValue: '.*',
      multi: true,
      sort: 1,
    })),
  },
  panels: layOut(rows),
});
