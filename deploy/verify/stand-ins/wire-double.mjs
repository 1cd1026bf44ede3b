/**
 * Runs a wire double, which listens on 127.0.0.1, as an image's server:
 * `node wire-double.mjs <port> <the double's port> <command…>`. Forwards connections, and answers a GET, as
 * EventStoreDB's /health/live does, with 204 while the double takes connections.
 */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const [port, inner, command, ...args] = process.argv.slice(2);
const double = spawn(command, args, { stdio: 'inherit' });
double.once('exit', (code) => process.exit(code ?? 1));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => double.kill(signal));

const answer = (status) => `HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;

const server = createServer({ noDelay: true }, (client) => {
  client.on('error', () => {});
  client.once('data', (first) => {
    const health = first.subarray(0, 4).toString('latin1') === 'GET ';
    const upstream = connect({ host: '127.0.0.1', port: Number(inner), noDelay: true });
    upstream.on('error', () => (health ? client.end(answer('503 Service Unavailable')) : client.destroy()));
    client.once('close', () => upstream.destroy());
    if (health) return upstream.once('connect', () => client.end(answer('204 No Content')));
    upstream.write(first);
    client.pipe(upstream).pipe(client);
  });
});
server.listen(Number(port), '0.0.0.0');
