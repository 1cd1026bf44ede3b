import type { Agent } from 'node:http';
import { Client } from 'minio';
import { connectionsTo } from './transport.ts';

/** Where MinIO has its buckets, unless it is told otherwise. */
export const DEFAULT_REGION = 'us-east-1';

export interface Access {
  /** The URL of the server, without a path: `http://host:9000`, `https://s3.eu-central-1.amazonaws.com`. */
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly bucket: string;
  /** S3 needs it (default us-east-1). */
  readonly region?: string | undefined;
}

/**
 * A client, and the agent that keeps its connections, which whoever is done with it destroys.
 *
 * @throws TypeError if the URL is invalid, or has a path.
 */
export function clientOf(access: Access): { readonly client: Client; readonly agent: Agent } {
  const { accessKey, secretKey, region = DEFAULT_REGION } = access;
  const url = new URL(access.url);
  if (url.pathname !== '/') throw new TypeError(`The object store's URL must have no path: ${url.pathname}`);
  const connections = connectionsTo(url);
  const client = new Client({
    ...connections,
    endPoint: url.hostname,
    ...(url.port && { port: Number(url.port) }),
    accessKey,
    secretKey,
    region,
    retryOptions: { disableRetry: true },
  });
  return { client, agent: connections.transportAgent };
}
