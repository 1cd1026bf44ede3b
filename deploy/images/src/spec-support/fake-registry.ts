import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRegistry {
  /** `127.0.0.1:<port>`, as images name it. */
  readonly host: string;
  /** The digest of each `repository:tag`, null if the registry has the image and tells none; what it lacks is 404. */
  readonly digests: Map<string, string | null>;
  /** Paths that exist beside images, as those of packages do. */
  readonly paths: Set<string>;
  close(): Promise<void>;
}

/** A registry that speaks the HTTP API of Docker's: HEAD of manifests, for whoever brings a token of its own. */
export async function startFakeRegistry(): Promise<FakeRegistry> {
  const digests = new Map<string, string | null>();
  const paths = new Set<string>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://fake');
    if (pathname === '/token') {
      const token = `for ${searchParams.get('scope')} at ${searchParams.get('service')}`;
      response.end(JSON.stringify({ token }));
      return;
    }
    const [, repository = '', reference = ''] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(pathname) ?? [];
    if (!repository) {
      response.writeHead(paths.has(pathname) ? 200 : 404).end();
      return;
    }
    const scope = `repository:${repository}:pull`;
    if (request.headers.authorization !== `Bearer for ${scope} at fake`) {
      const realm = `http://${request.headers.host}/token`;
      const challenge = `Bearer realm="${realm}",service="fake",scope="${scope}"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return;
    }
    const known = [...digests].some(
      ([name, digest]) => name.startsWith(`${repository}:`) && digest === reference,
    );
    const digest = known ? reference : digests.get(`${repository}:${reference}`);
    const isIndex = request.headers.accept?.includes('application/vnd.oci.image.index.v1+json');
    if (request.method !== 'HEAD' || !isIndex || digest === undefined) response.writeHead(404).end();
    else response.writeHead(200, digest === null ? {} : { 'docker-content-digest': digest }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    digests,
    paths,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
