import { createEventRelay } from '@inkstream/event-relay';
import { createHousekeeper, type HousekeeperConfig, housekeeperConfig } from '@inkstream/housekeeper';
import { createProjection, type Projection } from '@inkstream/projection';
import { createProvider, type ProviderDefinition } from '@inkstream/provider-kit';
import { createQueryApi, type QueryConfig, queryConfig } from '@inkstream/query-api';
import {
  type BackendConfig,
  backendConfig,
  closeBackends,
  closeInOrder,
  type Logger,
  listen,
  openBackends,
  openScavenger,
  type PasswordConfig,
  passwordConfig,
  publicPort,
  type Running,
  type RunningService,
  readBacklog,
  type ServerConfig,
  serverConfig,
} from '@inkstream/service-kit';
import { createUploadGateway, type GatewayConfig, gatewayConfig } from '@inkstream/upload-gateway';
import { lockDataFolder } from './data-folder.ts';
import { observeDisk } from './disk-metrics.ts';
import { secretsOfFolder } from './password-secret.ts';

/** The configuration of the services of this process. */
export const inkstreamConfig = {
  ...serverConfig,
  ...backendConfig,
  INKSTREAM_MODE: backendConfig.INKSTREAM_MODE.default('embedded'),
  ...gatewayConfig,
  ...passwordConfig,
  ...queryConfig,
  ...housekeeperConfig,
};
export type InkstreamConfig = BackendConfig &
  GatewayConfig &
  HousekeeperConfig &
  Partial<PasswordConfig> &
  QueryConfig &
  ServerConfig;

export interface Inkstream extends RunningService {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly rebuild: Projection['rebuild'];
}

/** Closes all at once, so that only the longest wait counts. */
const together = (parts: readonly Running[]): Running => ({
  close: async () => void (await Promise.all(parts.map((part) => part.close()))),
});

/** All of Inkstream in this process: the same services as anywhere, on the embedded stores. */
export async function startInkstream(
  config: InkstreamConfig,
  definitions: readonly ProviderDefinition[],
  log: Logger,
): Promise<Inkstream> {
  const opened: Running[] = [];
  try {
    return await compose(config, definitions, log, opened);
  } catch (error) {
    await closeInOrder(opened.toReversed()).catch(() => {});
    throw error;
  }
}

/** Adds to `opened` what a failed start has to close. */
async function compose(
  config: InkstreamConfig,
  definitions: readonly ProviderDefinition[],
  log: Logger,
  opened: Running[],
): Promise<Inkstream> {
  const keep = <Part extends Running>(part: Part): Part => {
    opened.push(part);
    return part;
  };
  const port = publicPort(config);
  const trustProxy = config.TRUST_PROXY;
  const lock = keep(await lockDataFolder(config.INKSTREAM_DATA_DIR, log));
  const secrets = await secretsOfFolder(config.INKSTREAM_DATA_DIR, config);
  const disk = keep(observeDisk(config.INKSTREAM_DATA_DIR));
  const backends = await openBackends(config, log);
  keep({ close: () => closeBackends(backends) });
  const { eventStore, bus, objects, readModel } = backends;
  // Without leases: the lock says that no other relay runs, and one that was killed need not be waited for.
  const relay = keep(await createEventRelay({ eventStore, bus, log }));
  const scavenger = await openScavenger(config);
  const housekeeper = keep(createHousekeeper({ eventStore, objects, readModel, scavenger, log, config }));
  const projection = keep(await createProjection({ ...backends, log, tenants: config.METRICS_TENANTS }));
  const queryApi = keep(
    await createQueryApi({
      ...backends,
      log,
      trustProxy,
      maxEventStreams: config.MAX_EVENT_STREAMS,
      maxEventStreamsPerAddress: config.MAX_EVENT_STREAMS_PER_ADDRESS,
      pictures: { atOnce: config.PICTURES_AT_ONCE, memoryMb: config.DECODER_MEMORY_MB },
    }),
  );
  const gateway = keep(
    await createUploadGateway({
      ...backends,
      reads: queryApi.app,
      backlog: () => readBacklog(readModel),
      log,
      config,
      secrets,
      trustProxy,
    }),
  );
  const providers = await Promise.all(
    definitions.map(async (definition) =>
      keep(await createProvider(definition, { eventStore, bus, objects, log, secrets })),
    ),
  );
  const server = await listen(gateway.app, port);
  return {
    url: server.url,
    log,
    rebuild: () => projection.rebuild(),
    unfinished: () => [...server.unfinished(), ...providers.flatMap((provider) => provider.unfinished())],
    close: () =>
      closeInOrder([
        together([{ close: () => closeInOrder([queryApi, server, gateway]) }, ...providers]),
        relay,
        housekeeper,
        projection,
        { close: () => closeBackends(backends) },
        disk,
        lock,
      ]),
  };
}
