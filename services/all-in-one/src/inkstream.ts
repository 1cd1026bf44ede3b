import { createEventRelay } from '@inkstream/event-relay';
import { createHousekeeper, type HousekeeperConfig, housekeeperConfig } from '@inkstream/housekeeper';
import { createProjection, type Projection } from '@inkstream/projection';
import { createProvider, type ProviderDefinition } from '@inkstream/provider-kit';
import { createQueryApi, type QueryConfig, queryConfig } from '@inkstream/query-api';
import {
  closeEngines,
  closeInOrder,
  type EngineConfig,
  engineConfig,
  type Logger,
  listen,
  openEngines,
  openScavenger,
  publicPort,
  type Running,
  type ServerConfig,
  serverConfig,
} from '@inkstream/service-kit';
import { createUploadGateway, type GatewayConfig, gatewayConfig } from '@inkstream/upload-gateway';
import { lockDataFolder } from './data-folder.ts';

/** What the services of this process read. */
export const inkstreamConfig = {
  ...serverConfig,
  ...engineConfig,
  ...gatewayConfig,
  ...queryConfig,
  ...housekeeperConfig,
};
export type InkstreamConfig = EngineConfig & GatewayConfig & HousekeeperConfig & QueryConfig & ServerConfig;

export interface Inkstream extends Running {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly rebuild: Projection['rebuild'];
}

/** Closes all at once, so that the longest wait alone counts. */
const together = (parts: readonly Running[]): Running => ({
  close: async () => void (await Promise.all(parts.map((part) => part.close()))),
});

/** All of Inkstream in this process: the same services as anywhere, on the embedded engines. */
export async function startInkstream(
  config: InkstreamConfig,
  definitions: readonly ProviderDefinition[],
  log: Logger,
): Promise<Inkstream> {
  const port = publicPort(config);
  const trustProxy = config.TRUST_PROXY;
  const lock = await lockDataFolder(config.INKSTREAM_DATA_DIR, log);
  const engines = await openEngines(config, log);
  const { eventStore, bus, objects, readModel } = engines;
  // Without leases: the lock says that no other relay runs, and one that was killed need not be waited for.
  const relay = await createEventRelay({ eventStore, bus, log });
  const scavenger = await openScavenger(config);
  const housekeeper = createHousekeeper({ eventStore, objects, readModel, scavenger, log, config });
  const projection = await createProjection({ ...engines, log });
  const queryApi = await createQueryApi({
    ...engines,
    log,
    trustProxy,
    maxEventStreams: config.MAX_EVENT_STREAMS,
    maxEventStreamsPerAddress: config.MAX_EVENT_STREAMS_PER_ADDRESS,
  });
  const gateway = await createUploadGateway({ ...engines, reads: queryApi.app, log, config, trustProxy });
  const providers = await Promise.all(
    definitions.map((definition) => createProvider(definition, { eventStore, bus, objects, log })),
  );
  const server = await listen(gateway.app, port);
  return {
    url: server.url,
    rebuild: () => projection.rebuild(),
    close: () =>
      closeInOrder([
        together([{ close: () => closeInOrder([queryApi, server, gateway]) }, ...providers]),
        relay,
        housekeeper,
        projection,
        { close: () => closeEngines(engines) },
        lock,
      ]),
  };
}
