import { type Dashboard, panel } from '../dashboard.ts';

const OF = 'job=~"$job"';
const p95 = (histogram: string, by: string) =>
  `histogram_quantile(0.95, sum by (le, ${by}) (rate(${histogram}_bucket{${OF}}[$__rate_interval])))`;

/** Each process: what it is asked, what it asks of others, and how it is. */
export const services: Dashboard = {
  uid: 'inkstream-services',
  title: 'Inkstream: services',
  variables: [{ name: 'job', of: 'target_info{service_name!=""}' }],
  rows: [
    {
      title: 'Requests',
      panels: [
        panel('Requests a second', 'ops', [
          [
            `sum by (job, http_response_status_code) (rate(http_server_request_duration_seconds_count{${OF}}[$__rate_interval]))`,
            '{{job}} {{http_response_status_code}}',
          ],
        ]),
        panel('Slowest 5 %, by route', 's', [
          [
            p95('http_server_request_duration_seconds', 'http_request_method, http_route'),
            '{{http_request_method}} {{http_route}}',
          ],
        ]),
        panel('Requests under way', 'short', [
          [`sum by (job) (http_server_active_requests{${OF}})`, '{{job}}'],
        ]),
      ],
    },
    {
      title: 'Stores and messages',
      panels: [
        panel('Calls of databases, slowest 5 %', 's', [
          [
            p95('db_client_operation_duration_seconds', 'inkstream_store, db_operation_name'),
            '{{inkstream_store}} {{db_operation_name}}',
          ],
        ]),
        panel('Calls of the object store, slowest 5 %', 's', [
          [p95('inkstream_object_store_operation_duration_seconds', 'operation'), '{{operation}}'],
        ]),
        panel('Calls of stores a second', 'ops', [
          [
            `sum by (inkstream_store, error_type) (rate(db_client_operation_duration_seconds_count{${OF}}[$__rate_interval]))`,
            '{{inkstream_store}} {{error_type}}',
          ],
          [
            `sum by (error_type) (rate(inkstream_object_store_operation_duration_seconds_count{${OF}}[$__rate_interval]))`,
            'object_store {{error_type}}',
          ],
        ]),
        panel('Messages sent, a second', 'ops', [
          [
            `sum by (messaging_destination_name) (rate(messaging_client_sent_messages_total{${OF}}[$__rate_interval]))`,
            '{{messaging_destination_name}}',
          ],
        ]),
        panel('Handling of a message, slowest 5 %', 's', [
          [
            p95('messaging_process_duration_seconds', 'messaging_consumer_group_name'),
            '{{messaging_consumer_group_name}}',
          ],
        ]),
        panel('Sending of messages, slowest 5 %', 's', [
          [
            p95('messaging_client_operation_duration_seconds', 'messaging_destination_name'),
            '{{messaging_destination_name}}',
          ],
        ]),
      ],
    },
    {
      title: 'Processes',
      panels: [
        panel('Event loop: longest of 100 delays', 's', [
          [`max by (job, instance) (nodejs_eventloop_delay_p99_seconds{${OF}})`, '{{job}} {{instance}}'],
        ]),
        panel('Event loop: share that it is busy', 'percentunit', [
          [`max by (job, instance) (nodejs_eventloop_utilization_ratio{${OF}})`, '{{job}} {{instance}}'],
        ]),
        panel('Heap', 'bytes', [
          [`sum by (job, instance) (v8js_memory_heap_used_bytes{${OF}})`, '{{job}} {{instance}}'],
        ]),
        panel('Bytes in flight', 'bytes', [
          [`max by (job, instance) (inkstream_bytes_in_flight{${OF}})`, '{{job}} {{instance}}'],
        ]),
        panel('Disk that is free', 'bytes', [
          [`min by (job, instance) (inkstream_disk_free_bytes{${OF}})`, '{{job}} {{instance}}'],
        ]),
        panel('Instances, by version', 'short', [
          [`count by (job, service_version) (target_info{${OF}})`, '{{job}} {{service_version}}'],
        ]),
      ],
    },
  ],
};
