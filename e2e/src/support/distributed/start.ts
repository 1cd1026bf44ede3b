import { closeEngines, engineConfig, openEngines, readConfig, silentLogger } from '@inkstream/service-kit';
import type { Memory, Start } from '../running.ts';
import type { Release } from '../scripted-providers.ts';
import { waitFor } from '../wait-for.ts';
import { PADDLE, startCluster } from './cluster.ts';
import { startEngines } from './engines.ts';
import { storedIn } from './stored.ts';

const SCRIPTED = { script: new URL('./scripted-service.ts', import.meta.url) };

const sum = (memories: readonly Memory[]): Memory => ({
  rss: memories.reduce((total, { rss }) => total + rss, 0),
  heap: memories.reduce((total, { heap }) => total + heap, 0),
});

/** Each service of Inkstream in a process of its own, on engines of their own. */
export const distributed: Start = async ({ paddle, env }) => {
  const engines = await startEngines();
  const cluster = await startCluster({
    env: { ...engines.env, ...env },
    providers: { scripted: SCRIPTED, ...(paddle ? { 'ocr-paddle-local': PADDLE } : {}) },
  });
  const [gateway] = cluster.of('upload-gateway');
  const [scripted] = cluster.of('scripted');
  if (!gateway || !scripted) throw new Error('The cluster is not whole');
  const config = readConfig(engineConfig, { INKSTREAM_MODE: 'distributed', ...engines.env });
  const stores = await openEngines(config, silentLogger());
  const names = async () =>
    ((await (await fetch(`${gateway.url}/providers`)).json()) as { name: string }[]).map(({ name }) => name);
  await waitFor('the providers', names, (found) => found.length === (paddle ? 4 : 3));
  const processes = () => cluster.services.map(({ process }) => process);
  return {
    url: gateway.url,
    stored: storedIn(stores),
    release: (name) => scripted.process.tell({ release: name } satisfies Release),
    rss: async () => (await Promise.all(processes().map((one) => one.rss()))).reduce((a, b) => a + b),
    settled: async () => sum(await Promise.all(processes().map((one) => one.settled()))),
    async stop() {
      const ended = await cluster.stop();
      await closeEngines(stores);
      await engines.close();
      return ended;
    },
  };
};
