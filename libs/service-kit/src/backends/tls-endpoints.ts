import { resolveSrv } from 'node:dns/promises';
import type { BackendConfig } from './backend-config.ts';
import { DISTRIBUTED_NAMES } from './distributed.ts';

/** Where a backend is reached by TLS. */
export interface TlsEndpoint {
  /** The name by which operators know the backend. */
  readonly dependency: string;
  readonly host: string;
  readonly port: number;
}

const endpoint = (dependency: string, authority: string, defaultPort: number): TlsEndpoint => {
  const [, host = '', port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(authority) ?? [];
  return { dependency, host, port: port === undefined ? defaultPort : Number(port) };
};

async function ofMongo(url: string): Promise<TlsEndpoint[]> {
  const [, srv, hosts = '', query = ''] =
    /^mongodb(\+srv)?:\/\/(?:[^@/]*@)?([^/?]*)(?:\/[^?]*)?(?:\?(.*))?$/.exec(url) ?? [];
  const options = new URLSearchParams(query);
  const asked = options.get('tls') ?? options.get('ssl');
  if (asked === 'false' || (!srv && asked !== 'true')) return [];
  const at = (host: string) => endpoint(DISTRIBUTED_NAMES.readModel, host, 27_017);
  if (!srv) return hosts.split(',').map(at);
  return (await resolveSrv(`_mongodb._tcp.${hosts}`)).map(({ name, port }) => at(`${name}:${port}`));
}

async function ofEventStore(url: string): Promise<TlsEndpoint[]> {
  const { readConnection } = await import('@inkstream/event-store/eventstoredb');
  const { hosts, tls } = readConnection(url);
  const dependency = DISTRIBUTED_NAMES.eventStore;
  return tls ? hosts.map(({ address, port }) => ({ dependency, host: address, port })) : [];
}

function ofObjects(url: string): TlsEndpoint[] {
  const { protocol, host } = new URL(url);
  return protocol === 'https:' ? [endpoint(DISTRIBUTED_NAMES.objects, host, 443)] : [];
}

/** Every host of the backends that the configuration names and that is reached by TLS; none if embedded. */
export async function tlsEndpoints(config: BackendConfig): Promise<readonly TlsEndpoint[]> {
  if (config.INKSTREAM_MODE === 'embedded') return [];
  const { EVENTSTORE_URL, MONGODB_URL, MINIO_URL, KAFKA_BROKERS = [], KAFKA_SSL } = config;
  return [
    ...(EVENTSTORE_URL === undefined ? [] : await ofEventStore(EVENTSTORE_URL)),
    ...(MONGODB_URL === undefined ? [] : await ofMongo(MONGODB_URL)),
    ...(MINIO_URL === undefined ? [] : ofObjects(MINIO_URL)),
    ...(KAFKA_SSL ? KAFKA_BROKERS.map((one) => endpoint(DISTRIBUTED_NAMES.bus, one, 9_093)) : []),
  ];
}
