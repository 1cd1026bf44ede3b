import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collector, startCollector } from './collector.ts';
import { asked, dashboards } from './dashboards.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { alerts } from './rules.ts';
import { startWatched, type WatchedInkstream } from './watched-inkstream.ts';

const LIMIT_MS = 60_000;
/** Two scrapes after work began, and twice the time that Prometheus evaluates what is recorded. */
const PACE_MS = 500;

/** What one process without TLS, on no EventStoreDB, cannot tell: promtool's tests alone have it. */
const ELSEWHERE = /^inkstream_certificate_|"\(eventstore\||job="eventstoredb"/;
/** Faults that no test provokes here; that there are calls they could count among is looked at. */
const FAULTS = /,? ?\b(error_type|http_response_status_code|reason)(=|!=|=~|!~)"[^"]*"/g;

const opened = new AsyncDisposableStack();
let inkstream: WatchedInkstream;
let prometheus: Prometheus;
beforeAll(async () => {
  const through = collector === null ? undefined : opened.use(await startCollector());
  inkstream = opened.use(
    await startWatched(
      through && {
        OTEL_METRICS_EXPORTER: 'otlp,prometheus',
        OTEL_EXPORTER_OTLP_ENDPOINT: through.endpoint,
        OTEL_METRIC_EXPORT_INTERVAL: '1000',
        OTEL_METRIC_EXPORT_TIMEOUT: '1000',
        OTEL_BSP_SCHEDULE_DELAY: '1000',
      },
    ),
  );
  prometheus = opened.use(
    await startPrometheus({ ...inkstream.targets, ...(through && { 'otel-collector': through.metrics }) }),
  );
  // Rates need work that goes on.
  for (let round = 0; round < 3; round += 1) await inkstream.work();
}, 300_000);
afterAll(() => opened.disposeAsync());

const returnsData = (expr: string) =>
  expect
    .poll(async () => (await prometheus.query(expr)).length, {
      timeout: LIMIT_MS,
      interval: PACE_MS,
      message: expr,
    })
    .toBeGreaterThan(0);

/** Spans are counted by the collector alone. */
const shown = dashboards.filter(({ uid }) => collector !== null || uid !== 'inkstream-spans');

describe.each(shown)('$title', (dashboard) => {
  it.each(
    dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr }))),
  )('$title returns data: $expr', ({ expr }) => returnsData(asked(dashboard, expr)));

  it.each(dashboard.templating.list)('$name has values', async ({ query: { query } }) => {
    const [, metric = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
    await returnsData(
      `count by (${label}) (${metric.replace(/\}?$/, (end) => (end ? `, ${label}!=""}` : `{${label}!=""}`))})`,
    );
  });
});

describe.skipIf(collector === null)('the collector (npm run collector)', () => {
  it('names metrics as /metrics does', async () => {
    const namesOf = async (by: string) => {
      const series = await prometheus.query(
        `count by (__name__) ({__name__=~".+", __name__!~"(up|scrape|ALERTS|traces_).*|.*:.*", ${by}})`,
      );
      return series.map(({ metric }) => metric.__name__).toSorted();
    };
    const [direct, collected] = ['instance=~"127.0.0.1:.+"', 'instance!~"127.0.0.1:.+"'];
    await expect.poll(() => namesOf(collected), { timeout: LIMIT_MS }).toContain('inkstream_uploads_total');
    await expect
      .poll(async () => (await namesOf(collected)).join('\n'), { timeout: LIMIT_MS })
      .toBe((await namesOf(direct)).join('\n'));
  });

  it('keeps with durations of spans the traces of some', async () => {
    const url = `${prometheus.url}/api/v1/query_exemplars?query=traces_span_metrics_duration_seconds_bucket&start=0&end=9999999999`;
    const traces = async () => JSON.stringify(await (await fetch(url)).json());
    await expect.poll(traces, { timeout: LIMIT_MS }).toMatch(/"trace_id":"[0-9a-f]{32}"/);
  });
});

const SELECTOR =
  /\b(?:up|(?:inkstream|http|db|nodejs|v8js|messaging|eventstore)[_a-z0-9]*(?::[a-z0-9_:]+)?)\b(?:\{[^}]*\})?|\{__name__=~[^}]*\}/gi;

/** What names labels, which may look like metrics. */
const GROUPING = /\b(?:by|without|on|ignoring)\s*\([^)]*\)/g;

/** The series that an alert looks at, each by its selector. */
const seriesOf = (expr: string): string[] =>
  Array.from(expr.replaceAll(GROUPING, '').matchAll(SELECTOR), ([text]) =>
    text.replaceAll(FAULTS, '').replace('{,', '{'),
  );

describe.each(alerts)('$alert', ({ alert, expr }) => {
  const series = seriesOf(expr);
  const here = series.filter((selector) => !ELSEWHERE.test(selector));

  it('looks at series', () => expect(series.length).toBeGreaterThan(0));

  it.each(here)('there is what it looks at: %s', returnsData);

  it('is evaluated without a fault', async () => {
    const answer = await fetch(`${prometheus.url}/api/v1/rules?type=alert`);
    const { data } = (await answer.json()) as {
      data: { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
    };
    const rule = data.groups.flatMap(({ rules }) => rules).find(({ name }) => name === alert);
    expect(rule).toMatchObject({ health: 'ok' });
  });
});
