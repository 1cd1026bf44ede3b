import { recordTelemetry } from '@inkstream/testing/telemetry';
import { expect, it } from 'vitest';
import { observeCertificates } from './certificate-metrics.ts';

it('says how long certificates are valid still, and looks at them no more often than every ten minutes', async () => {
  const recorded = recordTelemetry();
  let now = Date.parse('2026-11-30T00:00:00Z');
  let looks = 0;
  const gauge = observeCertificates(
    async () => {
      looks++;
      return [{ dependency: 'db at db:27017', validTo: new Date('2026-12-01T00:00:00Z') }];
    },
    () => now,
  );
  const expiry = () => recorded.series('inkstream.certificate.expiry');
  expect(await expiry()).toEqual({ 'dependency=db at db:27017': 86_400 });
  now += 60_000;
  expect(await expiry()).toEqual({ 'dependency=db at db:27017': 86_340 });
  expect(looks).toBe(1);
  now += 600_000;
  await expiry();
  expect(looks).toBe(2);
  gauge.close();
  expect(await expiry()).toEqual({});
  await recorded.close();
});
