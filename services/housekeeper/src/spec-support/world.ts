import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobStream } from '@inkstream/domain';
import { EventStoreUnavailableError, type Lease, type Scavenger } from '@inkstream/event-store';
import {
  type BackendConfig,
  closeBackends,
  openBackends,
  readConfig,
  silentLogger,
} from '@inkstream/service-kit';
import { createHousekeeper, type Housekeeper, type HousekeeperConfig, housekeeperConfig } from '../index.ts';
import { unfinishedIn } from './jobs.ts';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

/** A scavenger of a cluster that a test rules: which nodes there are, and which of them fail. */
class Nodes implements Scavenger {
  names: readonly string[] = ['a', 'b', 'c'];
  readonly failing = new Set<string>();
  /** Those that were scavenged, in order, each at its end. */
  readonly done: string[] = [];
  /** How many are scavenged at this moment, and were at most. */
  underWay = 0;
  atOnce = 0;
  /** What a scavenge waits for. */
  gate: Promise<void> | undefined;

  async copies() {
    return this.names;
  }

  async scavenge(copy: string, signal: AbortSignal) {
    this.atOnce = Math.max(this.atOnce, ++this.underWay);
    try {
      if (this.gate) await Promise.race([this.gate, once(signal, 'abort')]);
      signal.throwIfAborted();
      if (this.failing.has(copy)) throw new EventStoreUnavailableError(`${copy} is down`);
      this.done.push(copy);
    } finally {
      this.underWay--;
    }
  }
}

/** A real event store, housekeepers on connections of their own, and a clock that goes as fast as a test says. */
export async function openWorld(settings: Partial<HousekeeperConfig> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-housekeeper-'));
  const backendConfig: BackendConfig = { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder };
  const { eventStore, objects } = await openBackends(backendConfig, silentLogger(), [
    'eventStore',
    'objects',
  ]);
  const config = { ...readConfig(housekeeperConfig, {}), SCAVENGE_DELAY_MS: HOUR_MS, ...settings };
  const nodes = new Nodes();
  const running: Housekeeper[] = [];
  let aheadMs = 0;
  const now = async () => new Date(Date.now() + aheadMs);
  const readModel = unfinishedIn(eventStore);
  let jobs = 0;
  async function append(type: string): Promise<void> {
    const event = { id: crypto.randomUUID(), type, data: {}, metadata: { schemaVersion: 1 } };
    await eventStore.append(jobStream(++jobs), [event], { expected: 'any' });
  }

  return {
    eventStore,
    objects,
    readModel,
    nodes,
    now,
    config,
    /** Lets so much time go by. */
    pass(ms: number) {
      aheadMs += ms;
    },
    deleteJob: () => append('JobDeleted'),
    submitJob: () => append('JobSubmitted'),
    start(lease?: Lease) {
      const deps = { eventStore, objects, readModel, scavenger: nodes, log: silentLogger(), config, now };
      const housekeeper = createHousekeeper({ ...deps, ...(lease ? { lease } : {}) });
      running.push(housekeeper);
      return housekeeper;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map((one) => one.close()));
      await closeBackends({ eventStore, objects });
      await rm(folder, { recursive: true });
    },
  };
}
