import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@inkstream/native-stack';

/** A Redis that keeps a log which it syncs every second, as BullMQ's documentation advises. */
export async function startRedis(folder: string): Promise<{ port: number; close(): Promise<void> }> {
  const port = await freePort();
  const options = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes'];
  const child = spawn('redis-server', [...options, '--maxmemory-policy', 'noeviction'].map(String), {
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
