/**
 * The wire double as a process: `node main.ts --port N --file F.db [--host 127.0.0.1] [--classic]`. Prints one
 * line of JSON, `{"url": …}`, once it takes connections, and ends with SIGTERM.
 */
import { parseArgs } from 'node:util';
import { startEventStoreDbDouble } from './index.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    file: { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    classic: { type: 'boolean', default: false },
  },
});
if (values.file === undefined) throw new Error('--file is missing: the SQLite file that holds the log');

const double = await startEventStoreDbDouble({
  file: values.file,
  port: Number(values.port),
  host: values.host,
  batchAppend: !values.classic,
});
process.stdout.write(`${JSON.stringify({ url: double.url })}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => double.close());
