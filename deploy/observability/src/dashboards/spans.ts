import { type Dashboard, panel } from '../dashboard.ts';

const OF = 'service_name=~"$service_name"';

/** Every operation, as the collector counts it from the traces that it gets; a dot on a curve leads to one of them. */
export const spans: Dashboard = {
  uid: 'inkstream-spans',
  title: 'Inkstream: operations, from traces',
  variables: [{ name: 'service_name', of: 'traces_span_metrics_calls_total' }],
  rows: [
    {
      title: 'Operations',
      panels: [
        panel('A second', 'ops', [
          [
            `sum by (service_name, span_name) (rate(traces_span_metrics_calls_total{${OF}}[$__rate_interval]))`,
            '{{service_name}} {{span_name}}',
          ],
        ]),
        panel('Errors a second', 'ops', [
          [
            `sum by (service_name, span_name) (rate(traces_span_metrics_calls_total{status_code="STATUS_CODE_ERROR", ${OF}}[$__rate_interval]))`,
            '{{service_name}} {{span_name}}',
          ],
        ]),
        panel('Slowest 5 %', 's', [
          [
            `histogram_quantile(0.95, sum by (le, service_name, span_name) (rate(traces_span_metrics_duration_seconds_bucket{${OF}}[$__rate_interval])))`,
            '{{service_name}} {{span_name}}',
          ],
        ]),
      ],
    },
  ],
};
