import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PROVIDERS_TOPIC, type ProviderAnnouncement } from '@inkstream/contracts';
import type { PasswordSecrets } from '@inkstream/job-store';
import {
  type Backends,
  closeBackends,
  closeInOrder,
  errorBody,
  type ListenOptions,
  type Logger,
  listen,
  openBackends,
  readConfig,
  silentLogger,
} from '@inkstream/service-kit';
import type { Express, RequestHandler } from 'express';
import { type GatewayConfig, gatewayConfig } from '../config.ts';
import { createUploadGateway } from '../gateway.ts';
import type { AskBacklog } from '../providers/backlog.ts';
import { provider } from './provider.ts';

export interface StartedGateway extends Backends {
  readonly url: string;
  readonly app: Express;
  /** The keys of all objects that there are, and the names of unfinished ones. */
  keys(): Promise<string[]>;
  announce(provider: ProviderAnnouncement): Promise<void>;
  close(): Promise<void>;
}

const noReads: RequestHandler = (_request, response) => {
  response.status(404).json(errorBody(404, 'from reads'));
};

export interface StartOptions {
  readonly config?: Partial<GatewayConfig>;
  readonly reads?: RequestHandler;
  readonly backlog?: AskBacklog;
  readonly port?: Partial<ListenOptions>;
  readonly log?: Logger;
  /** Of passwords; one by default. */
  readonly secrets?: PasswordSecrets;
  readonly now?: () => Date;
  readonly clock?: () => number;
  readonly providersElsewhere?: boolean;
  /** Replaces a backend that the gateway sees. */
  readonly backends?: (backends: Backends) => Partial<Backends>;
}

/** The gateway on embedded backends in a folder of its own, with provider `fake` running. */
export async function startGateway(options: StartOptions = {}): Promise<StartedGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-gateway-'));
  const { log = silentLogger() } = options;
  const backends = await openBackends({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, log);
  const config = { ...readConfig(gatewayConfig, {}), ...options.config };
  const seen = { ...backends, ...options.backends?.(backends) };
  const { reads = noReads, port = {}, backlog, now, clock, providersElsewhere = false } = options;
  const { secrets = [Buffer.alloc(32, 1)] } = options;
  const { trustProxy } = port;
  const gateway = await createUploadGateway({
    ...seen,
    reads,
    log,
    config,
    secrets,
    trustProxy,
    providersElsewhere,
    ...(backlog && { backlog }),
    ...(now && { now }),
    ...(clock && { clock }),
  });
  const server = await listen(gateway.app, { host: '127.0.0.1', port: 0, ...port });

  const announced = async () => (await (await fetch(`${server.url}/providers`)).json()) as { name: string }[];
  const announce = async (announcement: ProviderAnnouncement) => {
    const message = { key: announcement.name, value: JSON.stringify(announcement), headers: {} };
    await backends.bus.publish(PROVIDERS_TOPIC, [message]);
    for (let tries = 0; tries < 200; tries++) {
      if ((await announced()).some(({ name }) => name === announcement.name)) return;
      await setTimeout(10);
    }
    throw new Error(`${announcement.name} was not seen`);
  };
  await announce(provider('fake'));
  return {
    ...backends,
    url: server.url,
    app: gateway.app,
    announce,
    keys: async () => [
      ...(await Array.fromAsync(backends.objects.list(''))).map(({ key }) => key).toSorted(),
      ...(await readdir(join(folder, 'objects', '.tmp'))),
    ],
    async close() {
      await closeInOrder([
        { close: () => server.close(100) },
        gateway,
        { close: () => closeBackends(backends) },
      ]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
