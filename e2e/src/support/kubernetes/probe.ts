import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe } from './manifests.ts';

/** Asks once, as kubelet does: by the Pod's own address, and whatever is not an error is well. */
export function ask(port: number, { httpGet: { path }, timeoutSeconds }: Probe): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { host: `10.244.0.7:${port}`, 'user-agent': 'kube-probe/1.34', connection: 'close' };
    const signal = AbortSignal.timeout(timeoutSeconds * 1_000);
    get({ host: '127.0.0.1', port, path, headers, signal }, (answer) => {
      const { statusCode = 0 } = answer.resume();
      resolve(statusCode >= 200 && statusCode < 400);
    }).on('error', () => resolve(false));
  });
}

/**
 * Asks on and on, and tells once as many answers in a row as the probe's thresholds say are alike. Resolves once it is
 * aborted.
 */
export async function keepAsking(
  port: number,
  probe: Probe,
  tell: (isWell: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  let last: boolean | undefined;
  let inARow = 0;
  while (!signal.aborted) {
    const isWell = await ask(port, probe);
    inARow = isWell === last ? inARow + 1 : 1;
    last = isWell;
    if (!signal.aborted && inARow === (isWell ? probe.successThreshold : probe.failureThreshold))
      tell(isWell);
    await sleep(probe.periodSeconds * 1_000, undefined, { signal }).catch(() => {});
  }
}

/** Whether the probe succeeds before it fails for good. */
export function untilAnswered(port: number, probe: Probe, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    keepAsking(port, probe, resolve, signal);
  });
}
