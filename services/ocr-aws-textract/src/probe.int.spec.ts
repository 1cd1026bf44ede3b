import { awsTextract, startDouble, textractException } from '@inkstream/testing/provider-doubles';
import { recordTelemetry } from '@inkstream/testing/telemetry';
import { expect, it } from 'vitest';
import { provider } from './provider.ts';

it('learns by the reading of nothing whether it may read, and buys nothing by that', async () => {
  await using double = await startDouble(awsTextract, { key: 'AKIAEXAMPLE' });
  const definition = await provider.configure({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI-EXAMPLEKEY',
    AWS_TEXTRACT_BASE_URL: double.url,
  });
  if ('wants' in definition || 'module' in definition.engine) expect.unreachable('it runs');
  const { probe, close } = definition.engine;
  const signal = AbortSignal.timeout(10_000);
  await probe?.(signal);
  for (const [name, status, code] of [
    ['AccessDeniedException', 400, 'credentials_rejected'],
    ['ThrottlingException', 500, 'rate_limited'],
    ['InternalServerError', 500, 'provider_unavailable'],
  ] as const) {
    double.fail(1, { kind: 'answer', ...textractException(name, status) }, 'probe');
    await expect(probe?.(signal)).rejects.toMatchObject({ code });
  }
  expect([double.calls.length, double.bought.size]).toEqual([4, 0]);
  await close?.();
});

it('measures its calls by the host and the status, as those of other vendors are', async () => {
  await using double = await startDouble(awsTextract, { key: 'AKIAEXAMPLE' });
  const telemetry = recordTelemetry();
  const definition = await provider.configure({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI-EXAMPLEKEY',
    AWS_TEXTRACT_BASE_URL: double.url,
  });
  if ('wants' in definition || 'module' in definition.engine) expect.unreachable('it runs');
  await definition.engine.probe?.(AbortSignal.timeout(10_000));
  const points = await telemetry.points('http.client.request.duration');
  await definition.engine.close?.();
  await telemetry.close();
  const { hostname, port } = new URL(double.url);
  expect(points.map(({ attributes }) => attributes)).toEqual([
    {
      'http.request.method': 'POST',
      'server.address': hostname,
      'server.port': Number(port),
      'http.response.status_code': 400,
      'error.type': '400',
    },
  ]);
});
