import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Kills a process when this one ends, however it ends: a shell waits for the end of its input, which is ours to hold
 * open. It is in a group of its own, since a Ctrl-C must not end it first.
 */
export function lifeline(child: ChildProcess): void {
  const shell = spawn('sh', ['-c', 'read -r _; kill -9 "$1"', 'sh', `${child.pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  // Once the process is over its id may be another's.
  child.once('exit', () => shell.kill('SIGKILL'));
}
