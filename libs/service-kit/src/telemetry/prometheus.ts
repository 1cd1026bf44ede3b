import type { ServerResponse } from 'node:http';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { metrics } from '@opentelemetry/sdk-node';
import { isLoopback, loopbackNames } from '../http/allowed-hosts.ts';
import { listen, type RunningServer } from '../server.ts';
import { prometheusName } from './prometheus-name.ts';
import { temporalityOf } from './temporality.ts';

/** What takes longer to measure is left out, so that no backend that is away holds up the rest. */
const MEASURE_WITHIN_MS = 2_000;

/** Collects when it is scraped. */
export class PrometheusReader extends metrics.MetricReader {
  // Names as the collector makes them; without the name of the scope, which would be a label of every series.
  readonly #serializer = new PrometheusSerializer(undefined, false, undefined, false, true);

  constructor() {
    super({ aggregationTemporalitySelector: temporalityOf(() => metrics.AggregationTemporality.CUMULATIVE) });
  }

  /** Everything measured, in the text format of Prometheus. */
  async scrape(): Promise<string> {
    const { resourceMetrics } = await this.collect({ timeoutMillis: MEASURE_WITHIN_MS });
    const scopeMetrics = resourceMetrics.scopeMetrics.map((scope) => ({
      ...scope,
      metrics: scope.metrics.map((metric) => ({
        ...metric,
        descriptor: { ...metric.descriptor, name: prometheusName(metric) },
      })),
    }));
    return this.#serializer.serialize({ ...resourceMetrics, scopeMetrics });
  }

  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** Serves `GET /metrics`: under any name if others than this machine can reach it, since scrapers ask by address. */
export function serveMetrics(
  reader: PrometheusReader,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<RunningServer> {
  const answer = (response: ServerResponse, status: number, text: string) =>
    response.writeHead(status, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
  const allowedHosts = isLoopback(host) ? loopbackNames : () => true;
  return listen(
    ({ method, url }, response) => {
      if (url?.split('?')[0] !== '/metrics') answer(response, 404, 'Metrics are at /metrics.\n');
      else if (method !== 'GET' && method !== 'HEAD') {
        response.setHeader('Allow', 'GET, HEAD');
        answer(response, 405, 'Metrics are asked for by GET.\n');
      } else
        reader.scrape().then(
          (text) => answer(response, 200, text),
          (error) => answer(response, 500, `${error}\n`),
        );
    },
    { host, port, allowedHosts },
  );
}
