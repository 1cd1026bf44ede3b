/**
 * Runs a wire double that listens on 127.0.0.1 as an image's server, and forwards connections to it:
 * `node wire-double.mjs <port> <the double's port> <command…>`.
 */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const [port, inner, command, ...args] = process.argv.slice(2);
const double = spawn(command, args, { stdio: 'inherit' });
double.once('exit', (code) => process.exit(code ?? 1));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => double.kill(signal));

const server = createServer({ noDelay: true }, (client) => {
  const upstream = connect({ host: '127.0.0.1', port: Number(inner), noDelay: true });
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ])
    one.on('error', () => {}).once('close', () => other.destroy());
  client.pipe(upstream).pipe(client);
});
server.listen(Number(port), '0.0.0.0');
