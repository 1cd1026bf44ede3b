import type { NativeBackend } from '@inkstream/native-stack';
import type { Service } from '../../support/distributed/service.ts';
import type { Fault } from './fault.ts';

/** A process that can be killed and started again, or stopped for a while: a replica of a service, or a store. */
export interface Victim {
  readonly name: string;
  kill(): Promise<unknown>;
  start(): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

/** Each replica, such as `event-relay 1`. */
export function replicasOf(services: readonly Service[]): Victim[] {
  const counts = new Map<string, number>();
  return services.map((service) => {
    const number = (counts.get(service.name) ?? 0) + 1;
    counts.set(service.name, number);
    return {
      name: `${service.name} ${number}`,
      kill: () => service.end('SIGKILL'),
      start: () => service.start(),
      signal: (signal) => process.kill(service.process.pid, signal),
    };
  });
}

export const asVictim = (store: NativeBackend): Victim => ({
  name: store.kind,
  kill: () => store.kill(),
  start: () => store.restart(),
  signal: (signal) => process.kill(store.pid, signal),
});

/** SIGKILL, and a start some time later. */
export const kill = (victim: Victim): Fault => ({
  kind: 'kill',
  name: `kill ${victim.name}`,
  victim: victim.name,
  lastsMs: [0, 3_000],
  begin: () => victim.kill(),
  end: () => victim.start(),
});

/** SIGSTOP: to others it is silent; to itself no time has passed when it goes on. */
export const freeze = (victim: Victim, lastsMs: Fault['lastsMs']): Fault => ({
  kind: 'freeze',
  name: `freeze ${victim.name}`,
  victim: victim.name,
  lastsMs,
  begin: async () => victim.signal('SIGSTOP'),
  end: async () => victim.signal('SIGCONT'),
});
