import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { JOB_EVENTS_TOPIC } from '@inkstream/contracts';
import { type Backends, closeBackends, openBackends, silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { submitJob } from './spec-support/jobs.ts';

const MAIN = new URL('./main.ts', import.meta.url).pathname;

/** A relay that runs as a process. */
interface RelayProcess {
  readonly child: ChildProcess;
  /** Of its health port. */
  readonly url: string;
}

describe('the relay as a process', () => {
  let folder: string;
  let backends: Backends;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-relay-'));
    backends = await openBackends({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, silentLogger());
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await closeBackends(backends);
    await rm(folder, { recursive: true });
  });

  const start = async (more: Record<string, string> = {}): Promise<RelayProcess> => {
    const env = {
      PATH: process.env.PATH,
      PORT: '0',
      INKSTREAM_MODE: 'embedded',
      INKSTREAM_DATA_DIR: folder,
      ...more,
    };
    const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    for await (const line of createInterface({ input: child.stderr })) {
      const { url } = JSON.parse(line) as { url?: string };
      if (url) return { child, url };
    }
    throw new Error('The relay did not start');
  };
  const stop = async ({ child }: RelayProcess, signal: NodeJS.Signals) => {
    const exit = once(child, 'exit');
    child.kill(signal);
    return (await exit)[0] as number | null;
  };
  const health = async ({ url }: RelayProcess) => (await fetch(`${url}/health/ready`)).json();
  const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 20_000, interval: 20 });
  const untilRole = (relay: RelayProcess, role: string) =>
    until(async () => expect(await health(relay)).toMatchObject({ role }));

  const whoIsActive = (relays: readonly RelayProcess[]) =>
    until(async () => {
      const roles = (await Promise.all(relays.map(health))) as { role: string }[];
      const active = relays[roles.findIndex(({ role }) => role === 'active')];
      if (!active) throw new Error('None is active');
      return active;
    });

  /** A steady load of new jobs, and what is heard of them: `<job>/<revision>`, in the order in which it came. */
  async function load() {
    await backends.bus.ensureTopics([{ name: JOB_EVENTS_TOPIC }]);
    const heard: string[] = [];
    await backends.bus.tail({
      topic: JOB_EVENTS_TOPIC,
      from: 'beginning',
      handler: ({ headers }) => void heard.push(`${headers.ce_jobid}/${headers.ce_revision}`),
    });
    let submitted = 0;
    let writing = true;
    const writer = (async () => {
      for (; writing; await setTimeout(2)) await submitJob(backends.eventStore, ++submitted, ['a']);
    })();
    /** Every event is heard in the end, and was in its job's order when it was heard for the first time. */
    const expectNothingLost = async () => {
      writing = false;
      await writer;
      await until(() => expect(new Set(heard).size).toBe(submitted * 2));
      for (let job = 1; job <= submitted; job++)
        expect(heard.indexOf(`${job}/0`)).toBeLessThan(heard.indexOf(`${job}/1`));
    };
    return { heard, expectNothingLost };
  }

  it('loses nothing though the one that publishes is killed again and again', async () => {
    const { heard, expectNothingLost } = await load();
    const env = { RELAY_LEASE_MS: '1000' };
    const relays = await Promise.all([start(env), start(env), start(env)]);
    for (let left = relays.length; left > 1; left--) {
      const active = await whoIsActive(relays);
      const before = heard.length;
      await until(() => expect(heard.length).toBeGreaterThan(before + 20));
      await stop(active, 'SIGKILL');
      relays.splice(relays.indexOf(active), 1);
    }
    await expectNothingLost();
  });

  it('takes over within 10 s from one that is killed, at once from one that is told to end', async () => {
    const { heard, expectNothingLost } = await load();
    const relays = await Promise.all([start(), start(), start()]);
    for (const [signal, limitMs] of [
      ['SIGKILL', 10_000],
      ['SIGTERM', 2_500],
    ] as const) {
      const active = await whoIsActive(relays);
      relays.splice(relays.indexOf(active), 1);
      expect(await Promise.all(relays.map(health))).toMatchObject(
        relays.map(() => ({ status: 'ok', role: 'standby' })),
      );
      await stop(active, signal);
      const [endedAt, before] = [performance.now(), heard.length];
      await whoIsActive(relays);
      expect(performance.now() - endedAt).toBeLessThan(limitMs);
      await until(() => expect(heard.length).toBeGreaterThan(before + 20));
    }
    await expectNothingLost();
  });

  it('stands by once it goes on after a pause in which another took over', async () => {
    const { heard, expectNothingLost } = await load();
    const env = { RELAY_LEASE_MS: '2000' };
    const paused = await start(env);
    await untilRole(paused, 'active');
    const other = await start(env);
    await until(() => expect(heard.length).toBeGreaterThan(20));
    paused.child.kill('SIGSTOP');
    await untilRole(other, 'active');
    paused.child.kill('SIGCONT');
    await untilRole(paused, 'standby');
    expect(await health(other)).toMatchObject({ role: 'active' });
    await expectNothingLost();
  });

  it('says that it is ready, and ends with 0 when it is told to', async () => {
    const relay = await start();
    expect(await health(relay)).toMatchObject({
      status: 'ok',
      dependencies: { eventStore: 'ok', bus: 'ok' },
    });
    expect(await stop(relay, 'SIGTERM')).toBe(0);
  });
});
