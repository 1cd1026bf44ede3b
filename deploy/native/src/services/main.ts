/** All services in the foreground, on the stack or on the backends that the environment names; Ctrl-C ends them. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { readArguments, runCommand } from '../../../command/src/command.ts';
import { variablesFile } from '../stack/stack.ts';
import { serviceList } from './service-list.ts';
import { startServices } from './start-services.ts';

const SERVICES = new URL('../../../../services/', import.meta.url);

const usage = 'npm run services -- [service …] [--state .inkstream] [--port 3000]; without any, all';

await runCommand(async () => {
  const { values, positionals } = readArguments(usage, {
    state: { type: 'string', default: '.inkstream' },
    port: { type: 'string', default: '3000' },
  });
  const all = await serviceList(SERVICES, Number(values.port));
  const services = positionals.length > 0 ? all.filter(({ name }) => positionals.includes(name)) : all;
  const unknown = positionals.filter((name) => !all.some((service) => service.name === name));
  if (unknown.length > 0)
    throw new Error(
      `There is no service ${unknown.join(', ')}. There are: ${all.map(({ name }) => name).join(', ')}`,
    );
  const stack = parseEnv(await readFile(variablesFile({ ...values, data: '' }), 'utf8').catch(() => ''));
  for (const { name, env } of services) console.log(`${name}: http://127.0.0.1:${env.PORT}`);
  const [INTERNAL_SECRET, PASSWORD_SECRET] = [0, 1].map(() => randomBytes(32).toString('hex'));
  const env = { INTERNAL_SECRET, PASSWORD_SECRET, ...stack, ...process.env, INKSTREAM_MODE: 'distributed' };
  const { ended, end } = startServices(services, { env, write: console.log });
  process.on('SIGINT', end).on('SIGTERM', end);
  if (!(await ended)) process.exitCode = 1;
});
