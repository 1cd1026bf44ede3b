/** All services in the foreground, on the stack or on the backends that the environment names; Ctrl-C ends them. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs, parseEnv } from 'node:util';
import { variablesFile } from '../stack/stack.ts';
import { serviceList } from './service-list.ts';
import { startServices } from './start-services.ts';

const SERVICES = new URL('../../../../services/', import.meta.url);

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        state: { type: 'string', default: '.inkstream' },
        port: { type: 'string', default: '3000' },
      },
    });
  } catch {
    console.error('npm run services -- [service …] [--state .inkstream] [--port 3000]; without any, all');
    process.exit(1);
  }
}

const { values, positionals } = readArguments();
const all = await serviceList(SERVICES, Number(values.port));
const services = positionals.length > 0 ? all.filter(({ name }) => positionals.includes(name)) : all;
const unknown = positionals.filter((name) => !all.some((service) => service.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no service ${unknown.join(', ')}. There are: ${all.map(({ name }) => name).join(', ')}`,
  );
  process.exit(1);
}
const stack = parseEnv(await readFile(variablesFile({ ...values, data: '' }), 'utf8').catch(() => ''));
for (const { name, env } of services) console.log(`${name}: http://127.0.0.1:${env.PORT}`);
const INTERNAL_SECRET = randomBytes(32).toString('hex');
const env = { INTERNAL_SECRET, ...stack, ...process.env, INKSTREAM_MODE: 'distributed' };
const { ended, end } = startServices(services, { env, write: console.log });
process.on('SIGINT', end).on('SIGTERM', end);
process.exitCode = (await ended) ? 0 : 1;
