import { type Dashboard, panel, quantiles } from '../dashboard.ts';

const OF = 'provider=~"$provider"';
const rate = (metric: string, by: string) => `sum by (${by}) (rate(${metric}{${OF}}[$__rate_interval]))`;

/** Of each provider: whether it reads, how fast, how well, and for how much. */
export const providers: Dashboard = {
  uid: 'inkstream-providers',
  title: 'Inkstream: providers',
  variables: [{ name: 'provider', of: 'inkstream_provider_backlog' }],
  rows: [
    {
      title: 'Work',
      panels: [
        panel('Executions that ended, a second', 'ops', [
          [rate('inkstream_executions_total', 'provider, outcome'), '{{provider}} {{outcome}}'],
        ]),
        panel('Executions that wait', 'short', [
          [`max by (provider) (inkstream_provider_backlog{${OF}})`, '{{provider}}'],
        ]),
        panel('Age of the oldest request', 's', [
          [`max by (provider) (inkstream_provider_backlog_age_seconds{${OF}})`, '{{provider}}'],
        ]),
      ],
    },
    {
      title: 'Latency',
      panels: [
        quantiles(
          'From request to result',
          'inkstream_execution_duration_seconds',
          `outcome="completed", ${OF}`,
        ),
        panel('Completed within 60 s', 'percentunit', [
          [`1 - inkstream:executions_missed:ratio30m{${OF}}`, '{{provider}}'],
        ]),
        panel('A page, slowest 5 %', 's', [
          [
            `histogram_quantile(0.95, sum by (le, provider) (rate(inkstream_page_duration_seconds_bucket{${OF}}[$__rate_interval])))`,
            '{{provider}}',
          ],
        ]),
      ],
    },
    {
      title: 'Errors',
      panels: [
        panel('Attempts a second', 'ops', [
          [rate('inkstream_execution_attempts_total', 'provider, outcome'), '{{provider}} {{outcome}}'],
        ]),
        panel('Why executions fail, a second', 'ops', [
          [
            `sum by (provider, error_type) (rate(inkstream_executions_total{outcome="failed", ${OF}}[$__rate_interval]))`,
            '{{provider}} {{error_type}}',
          ],
        ]),
        panel('Paused', 'none', [
          [`max by (provider, cause) (inkstream_provider_paused_ratio{${OF}})`, '{{provider}} {{cause}}'],
        ]),
        panel('Pages that could not be read', 'percentunit', [
          [
            `1 - sum by (provider) (rate(inkstream_execution_pages_total{outcome="read", ${OF}}[$__rate_interval])) / sum by (provider) (rate(inkstream_execution_pages_total{${OF}}[$__rate_interval]))`,
            '{{provider}}',
          ],
        ]),
        panel('Calls that wait for the rate limits', 'short', [
          [`sum by (provider) (inkstream_provider_calls_waiting{${OF}})`, '{{provider}}'],
        ]),
        panel('Calls that the vendor refused, a second', 'ops', [
          [rate('inkstream_provider_calls_refused_total', 'provider'), '{{provider}}'],
        ]),
      ],
    },
    {
      title: 'Cost',
      panels: [
        panel('Spent in 24 h', 'currencyUSD', [
          [`sum by (provider) (increase(inkstream_execution_cost_total{${OF}}[24h]))`, '{{provider}}'],
        ]),
        panel("Of the day's budget", 'percentunit', [
          [`max by (provider) (inkstream_provider_budget_used_ratio{${OF}})`, '{{provider}}'],
        ]),
        panel('A page costs', 'currencyUSD', [
          [
            `sum by (provider) (rate(inkstream_execution_cost_total{${OF}}[1h])) / sum by (provider) (rate(inkstream_execution_pages_total{outcome="read", ${OF}}[1h]))`,
            '{{provider}}',
          ],
        ]),
        panel('Calls of vendors, slowest 5 %', 's', [
          [
            'histogram_quantile(0.95, sum by (le, gen_ai_request_model) (rate(gen_ai_client_operation_duration_seconds_bucket[$__rate_interval])))',
            '{{gen_ai_request_model}}',
          ],
        ]),
        panel('Tokens a second', 'ops', [
          [
            'sum by (gen_ai_request_model, gen_ai_token_type) (rate(gen_ai_client_token_usage_sum[$__rate_interval]))',
            '{{gen_ai_request_model}} {{gen_ai_token_type}}',
          ],
        ]),
        panel('Until the model is shut down', 'd', [
          [`min by (provider) (inkstream_provider_model_days_left{${OF}})`, '{{provider}}'],
        ]),
      ],
    },
  ],
};
