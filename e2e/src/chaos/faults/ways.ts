import type { StackKind } from '@inkstream/native-stack';
import type { FaultyWay, WayFault } from '@inkstream/testing';
import type { Fault } from './fault.ts';

/** What an overloaded disk of a cheap machine takes, bytes a second for each connection. */
const SLOW: WayFault = { kind: 'slow', bytesPerSecond: 437_000 };
const LASTS_MS = [4_000, 10_000] as const;

/** What may go wrong on the way to a store. */
export function faultsOfWay(kind: StackKind, way: FaultyWay): Fault[] {
  const fault = (what: string, wrong: WayFault): Fault => ({
    kind: 'way',
    name: `${what} ${kind}`,
    victim: `the way to ${kind}`,
    lastsMs: LASTS_MS,
    begin: async () => way.set(wrong),
    end: async () => way.set(null),
  });
  return [
    fault('slow way to', SLOW),
    fault('requests are lost to', { kind: 'requests-lost' }),
    fault('answers are lost of', { kind: 'answers-lost' }),
    ...(kind === 'minio' ? [fault('writes fail at', { kind: 'writes-fail' })] : []),
  ];
}
