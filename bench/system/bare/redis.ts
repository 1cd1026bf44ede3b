import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@inkstream/native-stack';

/** A Redis that keeps a log: synced every second, as BullMQ's documentation advises, or at each write. */
export async function startRedis(
  folder: string,
  durable: boolean,
): Promise<{ port: number; close(): Promise<void> }> {
  const port = await freePort();
  const options = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes'];
  const rules = ['--maxmemory-policy', 'noeviction', '--appendfsync', durable ? 'always' : 'everysec'];
  const child = spawn('redis-server', [...options, ...rules].map(String), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const chunk of child.stdout) if (String(chunk).includes('Ready to accept')) break;
  const exited = once(child, 'exit');
  return {
    port,
    async close() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
