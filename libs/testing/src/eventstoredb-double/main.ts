/**
 * The wire double as a process:
 * `node main.ts --file F.db [--port N] [--host 127.0.0.1] [--classic]
 * [--not-ready-ms N] [--clock-offset-ms N] [--unsafe-disable-flush-to-disk] [--tls-key K.pem --tls-cert C.pem
 * [--secured]]`. `--secured`: everybody needs a password; that of `admin` and `ops` is `changeit`.
 * Prints one line of JSON, `{"url": …}`, once it takes connections. SIGTERM ends it as slowly as a real server;
 * SIGINT and the death of a parent that forked it end it at once. That parent injects faults by messages.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SYSTEM_CLOCK } from './clock.ts';
import type { ControlMessage } from './fork.ts';
import { startEventStoreDbDouble } from './index.ts';

const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    classic: { type: 'boolean', default: false },
    'not-ready-ms': { type: 'string', default: '0' },
    'clock-offset-ms': { type: 'string', default: '0' },
    'unsafe-disable-flush-to-disk': { type: 'boolean', default: false },
    secured: { type: 'boolean', default: false },
    'tls-key': { type: 'string' },
    'tls-cert': { type: 'string' },
  },
});
const { file, port, host, classic, 'tls-key': key, 'tls-cert': cert } = values;
if (file === undefined) throw new Error('--file is missing: the SQLite file that holds the log');
if ((key === undefined) !== (cert === undefined)) throw new Error('--tls-key and --tls-cert go together');

const double = await startEventStoreDbDouble({
  file,
  port: Number(port),
  host,
  batchAppend: !classic,
  notReadyMs: Number(values['not-ready-ms']),
  clock: { ...SYSTEM_CLOCK, now: () => Date.now() + Number(values['clock-offset-ms']) },
  flushToDisk: !values['unsafe-disable-flush-to-disk'],
  ...(key !== undefined && cert !== undefined
    ? { tls: { key: readFileSync(key), cert: readFileSync(cert) } }
    : {}),
  ...(values.secured ? { security: {} } : {}),
});
process.on('message', (message: ControlMessage) => {
  if ('inject' in message) double.inject(message.inject);
  else double.lift();
  process.send?.('done');
});
let stopping = false;
const stopBy = (end: () => Promise<void>) => async () => {
  if (stopping) return;
  stopping = true;
  await end();
  if (process.connected) process.disconnect();
};
process.once('SIGTERM', stopBy(double.shutDown));
process.once('SIGINT', stopBy(double.close)).once('disconnect', stopBy(double.close));
process.stdout.write(`${JSON.stringify({ url: double.url })}\n`);
