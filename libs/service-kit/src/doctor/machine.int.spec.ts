import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { diagnose, ok } from './finding.ts';
import { portCheck, temporaryFolderCheck } from './machine.ts';

async function serve(body: string): Promise<number> {
  const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1');
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
  expect(await lookAt(0)).toMatchObject({ level: 'ok' });
  expect((await diagnose([portCheck('192.0.2.1', 3000)]))[0]).toMatchObject({
    level: 'fault',
    says: expect.stringContaining('EADDRNOTAVAIL'),
  });
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
