import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asked, dashboards } from './dashboards.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { alerts } from './rules.ts';
import { startWatched, type WatchedInkstream } from './watched-inkstream.ts';

const LIMIT_MS = 60_000;
/** Two scrapes after work began, and twice the time that Prometheus evaluates what is recorded. */
const PACE_MS = 500;

/** What one process without TLS, on no EventStoreDB, cannot tell: promtool's tests alone have it. */
const ELSEWHERE = /^(eventstore|kurrentdb)_|^inkstream_certificate_|job="eventstoredb"/;
/** Faults that no test provokes here; that there are calls they could count among is looked at. */
const FAULTS = /,? ?\b(error_type|http_response_status_code)(=|!=|=~|!~)"[^"]*"/g;

const opened = new AsyncDisposableStack();
let inkstream: WatchedInkstream;
let prometheus: Prometheus;
beforeAll(async () => {
  inkstream = opened.use(await startWatched());
  prometheus = opened.use(await startPrometheus(inkstream.targets));
  await inkstream.work();
  // Rates need work that goes on.
  await inkstream.work();
}, 120_000);
afterAll(() => opened.disposeAsync());

const returnsData = (expr: string) =>
  expect
    .poll(async () => (await prometheus.query(expr)).length, {
      timeout: LIMIT_MS,
      interval: PACE_MS,
      message: expr,
    })
    .toBeGreaterThan(0);

describe.each(dashboards.filter(({ uid }) => uid !== 'inkstream-spans'))('$title', (dashboard) => {
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

const SELECTOR =
  /\b(?:up|(?:inkstream|http|db|nodejs|v8js|messaging|eventstore)[_a-z0-9]*(?::[a-z0-9_:]+)?)\b(?:\{[^}]*\})?|\{__name__=~[^}]*\}/gi;

/** The series that an alert looks at, each by its selector. */
const seriesOf = (expr: string): string[] =>
  Array.from(expr.matchAll(SELECTOR), ([text]) => text.replaceAll(FAULTS, '').replace('{,', '{'));

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
