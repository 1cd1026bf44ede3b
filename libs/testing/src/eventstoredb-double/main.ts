/**
 * The wire double as a process:
 * `node main.ts --file F.db [--port N] [--host 127.0.0.1] [--classic]
 * [--unsafe-disable-flush-to-disk] [--tls-key K.pem --tls-cert C.pem]`.
 * Prints one line of JSON, `{"url": …}`, once it takes connections, and ends with SIGTERM. A parent that forked it
 * injects faults by messages.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ControlMessage } from './fork.ts';
import { startEventStoreDbDouble } from './index.ts';

const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    classic: { type: 'boolean', default: false },
    'unsafe-disable-flush-to-disk': { type: 'boolean', default: false },
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
  flushToDisk: !values['unsafe-disable-flush-to-disk'],
  ...(key !== undefined && cert !== undefined
    ? { tls: { key: readFileSync(key), cert: readFileSync(cert) } }
    : {}),
});
process.on('message', (message: ControlMessage) => {
  if ('inject' in message) double.inject(message.inject);
  else double.lift();
  process.send?.('done');
});
let stopping = false;
const stop = async () => {
  if (stopping) return;
  stopping = true;
  await double.close();
  if (process.connected) process.disconnect();
};
process.once('SIGTERM', stop).once('SIGINT', stop).once('disconnect', stop);
process.stdout.write(`${JSON.stringify({ url: double.url })}\n`);
