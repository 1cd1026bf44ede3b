import { setTimeout } from 'node:timers/promises';
import { recordTelemetry } from '@inkstream/testing/telemetry';
import { context, metrics, propagation, trace } from '@opentelemetry/api';
import express from 'express';
import { beforeEach, describe, expect, it } from 'vitest';
import { publicDoor } from './http/doors.ts';
import { createLogger } from './log.ts';
import { loggedAs } from './log-subject.ts';
import { contextOf, logFor } from './request-context.ts';
import { listen } from './server.ts';
import { inSpan } from './telemetry/spans.ts';
import { startTelemetry } from './telemetry/start.ts';

const lines: string[] = [];
const log = createLogger('test', 'info', { write: (line) => void lines.push(line) });
beforeEach(() => {
  lines.length = 0;
});
const said = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('log lines', () => {
  it('say what is worked on, however deep, and each of works side by side its own', async () => {
    const work = (jobId: number) =>
      loggedAs(
        () => ({ jobId, tenant: 'acme' }),
        async () => {
          await setTimeout(1);
          log.info('deep');
        },
      );
    await Promise.all([work(1), work(2)]);
    log.info('outside');
    expect(said().map(({ jobId, tenant }) => [jobId, tenant])).toEqual([
      [1, 'acme'],
      [2, 'acme'],
      [undefined, undefined],
    ]);
  });

  it('keep what they say themselves, once', () => {
    loggedAs(
      () => ({ jobId: 1, tenant: 'acme', requestId: 'r1' }),
      () => {
        log.info({ jobId: 2 }, 'of another job');
        log.child({ tenant: 'other' }).info('of another tenant');
      },
    );
    expect(said()).toMatchObject([
      { jobId: 2, tenant: 'acme' },
      { jobId: 1, tenant: 'other' },
    ]);
    for (const line of lines) expect(line.match(/"(jobId|tenant)":/g)).toHaveLength(2);
  });

  it('name the span that they are written in, by which a trace and its lines find each other', async () => {
    const telemetry = recordTelemetry();
    await inSpan('work', {}, async () => {
      await setTimeout(1);
      log.info('traced');
    });
    log.info('untraced');
    const [span] = telemetry.spans();
    await telemetry.close();
    expect(said()).toMatchObject([{ trace_id: span?.traceId, span_id: span?.spanId }, {}]);
    expect(said()[1]).not.toHaveProperty('trace_id');
  });

  it('name no trace where metrics alone are taken', async () => {
    const env = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
    const telemetry = await startTelemetry('test', env);
    await inSpan('work', {}, () => log.info('measured'));
    await telemetry.close();
    for (const api of [context, metrics, propagation, trace]) api.disable();
    expect(said()).toEqual([expect.objectContaining({ msg: 'measured' })]);
    expect(said()[0]).not.toHaveProperty('trace_id');
  });

  it('of a request name whose it is, before and behind the door', async () => {
    const app = express();
    app.use((_request, _response, next) => {
      log.info('before');
      next();
    });
    app.use(publicDoor);
    app.get('/', async (request, response) => {
      await setTimeout(1);
      log.info('behind');
      logFor(log, contextOf(request)).info('for');
      response.json({});
    });
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    await fetch(server.url, { headers: { 'x-request-id': 'r1' } });
    await server.close(0);
    const caller = { tenant: 'default', actor: 'anonymous', requestId: 'r1' };
    expect(said()).toMatchObject([{ msg: 'before', requestId: 'r1' }, caller, caller]);
    for (const line of lines) expect(line.match(/"requestId":/g)).toHaveLength(1);
  });
});
