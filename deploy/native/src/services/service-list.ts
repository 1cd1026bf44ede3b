import { access, readdir } from 'node:fs/promises';

/** Providers are whatever else has a folder; all-in-one is all of them in one process, and the canary a client. */
const CORE = ['upload-gateway', 'query-api', 'projection', 'event-relay', 'housekeeper', 'provider-door'];
const OTHERS = ['all-in-one', 'canary'];

export interface Service {
  readonly name: string;
  readonly script: URL;
  readonly env: Readonly<Record<string, string>>;
}

const main = (folder: URL, name: string) => new URL(`${name}/src/main.ts`, folder);

async function isService(folder: URL, name: string): Promise<boolean> {
  return access(main(folder, name)).then(
    () => !OTHERS.includes(name),
    () => false,
  );
}

/** Every service in the folder, the gateway at `port`, the others at the ports that follow. */
export async function serviceList(folder: URL, port: number): Promise<Service[]> {
  const names = (await readdir(folder)).toSorted();
  const found = await Promise.all(names.map((name) => isService(folder, name)));
  const providers = names.filter((name, index) => found[index] && !CORE.includes(name));
  const queryApi = port + CORE.indexOf('query-api');
  return [...CORE, ...providers].map((name, index) => ({
    name,
    script: main(folder, name),
    env: {
      PORT: String(port + index),
      QUERY_API_URL: `http://127.0.0.1:${queryApi}`,
      // It trusts the gateway for the address of a client.
      ...(name === 'query-api' && { TRUST_PROXY: 'loopback' }),
    },
  }));
}
