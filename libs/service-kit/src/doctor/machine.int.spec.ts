import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { ConfigError } from '../config.ts';
import { diagnose, ok } from './finding.ts';
import { metricsPortCheck, portCheck, temporaryFolderCheck } from './machine.ts';

async function serve(body: string, status = 200): Promise<number> {
  const server = createServer((_, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
const lookAt = async (port: number) => (await diagnose([portCheck('127.0.0.1', port)]))[0];

it('a port is free, or taken by Inkstream, or by something else', async () => {
  const other = await serve('<html>');
  expect(await lookAt(other)).toMatchObject({ level: 'fault', says: 'another program listens there' });
  const ours = await serve('{"status":"ok","dependencies":{}}');
  expect(await lookAt(ours)).toMatchObject({ level: 'ok', says: 'Inkstream listens there already' });
  const lacking = '{"status":"unavailable","dependencies":{"bus":"ok","eventStore":"unavailable"}}';
  expect(await lookAt(await serve(lacking, 503))).toMatchObject({
    level: 'fault',
    says: 'Inkstream listens there already, and is not ready: eventStore is unavailable',
  });
  expect(await lookAt(0)).toMatchObject({ level: 'ok' });
  expect((await diagnose([portCheck('192.0.2.1', 3000)]))[0]).toMatchObject({
    level: 'fault',
    says: expect.stringContaining('EADDRNOTAVAIL'),
  });
});

it('so is the port of metrics, under its own name', async () => {
  const metricsAt = async (port: number) => (await diagnose([metricsPortCheck('127.0.0.1', port)]))[0];
  expect(await metricsAt(await serve('<html>'))).toMatchObject({
    level: 'fault',
    says: 'another program listens there',
    todo: 'end it, or name another OTEL_EXPORTER_PROMETHEUS_PORT',
  });
  expect(await metricsAt(await serve('# TYPE target_info gauge\ntarget_info{a="b"} 1\n'))).toMatchObject({
    level: 'ok',
    says: expect.stringContaining('Inkstream serves metrics there already'),
  });
  expect(await metricsAt(0)).toMatchObject({ level: 'ok' });
});

it('a variable that a check lacks is named, with the page that has it', async () => {
  const look = async () => {
    throw new ConfigError('The configuration is not valid:\n  A_URL: is needed\n  B_URL: is needed');
  };
  expect(await diagnose([{ subject: 'a', todo: 'look at the firewall', look }])).toEqual(
    ['A_URL: is needed', 'B_URL: is needed'].map((says) => ({
      subject: 'a',
      level: 'fault',
      says,
      todo: expect.stringContaining('docs/configuration.md'),
    })),
  );
});

it('a folder that takes no file is found, whoever is root', async () => {
  const [finding] = await diagnose([temporaryFolderCheck('/proc')]);
  expect(finding).toMatchObject({ level: 'fault', todo: expect.stringContaining('TMPDIR') });
  expect((await diagnose([temporaryFolderCheck()]))[0]?.level).toBe('ok');
});

it('what does not answer in time is a fault, and the others are told in their order', async () => {
  const silent = { subject: 'silent', todo: 'wake it', look: () => new Promise<never>(() => {}) };
  const fine = { subject: 'fine', todo: '', look: async () => [ok('answers')] };
  expect(await diagnose([silent, fine], 50)).toEqual([
    { subject: 'silent', level: 'fault', says: 'has not answered within 0.05 s', todo: 'wake it' },
    { subject: 'fine', level: 'ok', says: 'answers' },
  ]);
});
