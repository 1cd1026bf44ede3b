import { type Dashboard, panel } from '../dashboard.ts';

const OF = 'tenant=~"$tenant"';

/** One tenant, or several: those that METRICS_TENANTS names, and all others together. */
export const tenant: Dashboard = {
  uid: 'inkstream-tenant',
  title: 'Inkstream: a tenant',
  variables: [{ name: 'tenant', of: 'inkstream_uploads_total' }],
  rows: [
    {
      title: 'Uploads',
      panels: [
        panel('Uploads a second', 'ops', [
          [
            `sum by (tenant, outcome) (rate(inkstream_uploads_total{${OF}}[$__rate_interval]))`,
            '{{tenant}} {{outcome}}',
          ],
        ]),
        panel('Files a second', 'ops', [
          [`sum by (tenant) (rate(inkstream_upload_files_total{${OF}}[$__rate_interval]))`, '{{tenant}}'],
        ]),
        panel('Bytes a second', 'Bps', [
          [`sum by (tenant) (rate(inkstream_upload_bytes_total{${OF}}[$__rate_interval]))`, '{{tenant}}'],
        ]),
      ],
    },
    {
      title: 'Results',
      panels: [
        panel('Executions that ended, a second', 'ops', [
          [
            `sum by (tenant, provider, outcome) (rate(inkstream_executions_total{${OF}}[$__rate_interval]))`,
            '{{tenant}} {{provider}} {{outcome}}',
          ],
        ]),
        panel('Why executions fail, a second', 'ops', [
          [
            `sum by (tenant, error_type) (rate(inkstream_executions_total{outcome="failed", ${OF}}[$__rate_interval]))`,
            '{{tenant}} {{error_type}}',
          ],
        ]),
        panel('Spent in 24 h', 'currencyUSD', [
          [
            `sum by (tenant, provider) (increase(inkstream_execution_cost_total{${OF}}[24h]))`,
            '{{tenant}} {{provider}}',
          ],
        ]),
      ],
    },
  ],
};
