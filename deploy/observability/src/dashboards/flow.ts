import { type Dashboard, panel, quantiles } from '../dashboard.ts';

/** From upload to result: what a person on call looks at first. */
export const flow: Dashboard = {
  uid: 'inkstream-flow',
  title: 'Inkstream: the flow',
  variables: [],
  rows: [
    {
      title: 'Objectives',
      panels: [
        panel(
          'Uploads not acknowledged',
          'percentunit',
          [['inkstream:uploads_missed:ratio1h', 'last hour']],
          {
            type: 'stat',
            description: 'At most 0.1 % of a month.',
          },
        ),
        panel(
          'Uploads: budget left',
          'percentunit',
          [['1 - inkstream:uploads_missed:ratio3d / 0.001', 'of three days']],
          { type: 'stat', description: 'Negative: more is spent than three days allow.' },
        ),
        panel(
          'Not completed within 60 s',
          'percentunit',
          [['inkstream:executions_missed:ratio1h', '{{provider}}']],
          { type: 'stat', description: 'Of the last hour, at most 5 % of a month.' },
        ),
        panel(
          'Canary: last receipt read',
          's',
          [['time() - max(inkstream_canary_last_success_seconds)', 'ago']],
          {
            type: 'stat',
          },
        ),
        panel(
          'Dead letters, 24 h',
          'short',
          [['sum(increase(inkstream_message_bus_dead_letters_total[24h]))', 'set aside']],
          { type: 'stat' },
        ),
        panel('Waiting now', 'short', [['sum(inkstream_provider_backlog)', 'all providers']], {
          type: 'stat',
        }),
      ],
    },
    {
      title: 'Arrive',
      panels: [
        panel('Uploads a second', 'ops', [
          ['sum by (outcome) (rate(inkstream_uploads_total[$__rate_interval]))', '{{outcome}}'],
        ]),
        quantiles('Time of an upload', 'inkstream_upload_duration_seconds', 'outcome="accepted"'),
        panel('Bytes a second', 'Bps', [
          ['sum(rate(inkstream_upload_bytes_total[$__rate_interval]))', 'accepted'],
        ]),
      ],
    },
    {
      title: 'Read',
      panels: [
        panel('Executions that ended, a second', 'ops', [
          ['sum by (outcome) (rate(inkstream_executions_total[$__rate_interval]))', '{{outcome}}'],
        ]),
        quantiles('From request to result', 'inkstream_execution_duration_seconds', 'outcome="completed"', {
          description: 'With the wait for the provider, and all attempts.',
        }),
        panel('Pages a second', 'ops', [
          ['sum by (outcome) (rate(inkstream_execution_pages_total[$__rate_interval]))', '{{outcome}}'],
        ]),
        panel('Executions that wait', 'short', [
          ['max by (provider) (inkstream_provider_backlog)', '{{provider}}'],
        ]),
        panel('Age of the oldest request', 's', [
          ['max by (provider) (inkstream_provider_backlog_age_seconds)', '{{provider}}'],
        ]),
        panel('Why executions fail, a second', 'ops', [
          [
            'sum by (error_type) (rate(inkstream_executions_total{outcome="failed"}[$__rate_interval]))',
            '{{error_type}}',
          ],
        ]),
      ],
    },
    {
      title: 'Publish and project',
      panels: [
        panel('Delay', 's', [
          ['max(inkstream_relay_delay_seconds)', 'relay'],
          ['max(inkstream_projection_delay_seconds)', 'projection'],
        ]),
        panel('Behind', 'short', [
          ['max(inkstream_relay_lag)', 'events of the relay'],
          ['max(inkstream_projection_lag)', 'messages of the projection'],
        ]),
        panel('Messages handled, a second', 'ops', [
          [
            'sum by (messaging_consumer_group_name) (rate(messaging_client_consumed_messages_total[$__rate_interval]))',
            '{{messaging_consumer_group_name}}',
          ],
        ]),
        panel('Dead letters, 1 h', 'short', [
          [
            'sum by (topic, reason) (increase(inkstream_message_bus_dead_letters_total[1h]))',
            '{{topic}} {{reason}}',
          ],
        ]),
        panel('Bytes in flight, of what may be', 'percentunit', [
          ['max by (job) (inkstream_bytes_in_flight / inkstream_bytes_in_flight_limit)', '{{job}}'],
        ]),
        panel('Canary: runs an hour', 'short', [
          ['sum by (outcome) (increase(inkstream_canary_runs_total[1h]))', '{{outcome}}'],
        ]),
      ],
    },
  ],
};
