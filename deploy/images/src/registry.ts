/** An image by its name, such as `mongo:8.0.20` or `quay.io/minio/minio:RELEASE…@sha256:…`. */
export interface ImageName {
  /** Where its registry answers, such as `https://quay.io`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** `sha256:…` if it is pinned by one. */
  readonly digest: string | null;
}

/** What a registry says of an image. */
export type Told =
  | { readonly outcome: 'exists'; readonly digest: string }
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'unknown'; readonly reason: string };

const DOCKER_HUB = 'https://registry-1.docker.io';
const TIMEOUT_MS = 30_000;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const NAME = /^([^@:]+(?::\d+\/[^@:]+)?):([^@/]+)(?:@(sha256:[0-9a-f]{64}))?$/;
const LOOPBACK = /^(localhost|127\.0\.0\.1)(:\d+)?$/;

/** Lists for several platforms come first, so that a digest holds for all of them (OCI distribution, image index). */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * Reads a name as Docker does: without a host, it is of Docker Hub, whose own images are in `library`; a loopback
 * registry is asked without TLS.
 *
 * @throws Error if the name has no tag.
 */
export function parseImage(name: string): ImageName {
  const [, path, tag, digest = null] = NAME.exec(name) ?? [];
  if (!path || !tag) throw new Error(`${name} is not an image with a tag`);
  const [first = '', ...rest] = path.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  if (!hasHost)
    return { registry: DOCKER_HUB, repository: rest.length > 0 ? path : `library/${path}`, tag, digest };
  const scheme = LOOPBACK.test(first) ? 'http' : 'https';
  return { registry: `${scheme}://${first}`, repository: rest.join('/'), tag, digest };
}

const limit = () => AbortSignal.timeout(TIMEOUT_MS);

/** An anonymous token, as the answer 401 says where to get it (Docker registry, token authentication). */
async function tokenFor(challenge: string): Promise<string> {
  const parameters = Object.fromEntries(
    [...challenge.matchAll(/(realm|service|scope)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const { realm, ...scope } = parameters;
  if (!/^bearer /i.test(challenge) || !realm) throw new Error(`asks for ${challenge || 'a password'}`);
  const response = await fetch(`${realm}?${new URLSearchParams(scope)}`, { signal: limit() });
  if (!response.ok) throw new Error(`returns no token: ${response.status}`);
  const { token, access_token } = (await response.json()) as { token?: string; access_token?: string };
  return token ?? access_token ?? '';
}

/**
 * Asks its registry for an image: for its tag, or, with `byDigest`, for the very digest that it is pinned by. A digest
 * is always the one that the registry returns, never one that is computed here.
 */
export async function askRegistry(image: ImageName, { byDigest = false } = {}): Promise<Told> {
  const reference = (byDigest && image.digest) || image.tag;
  const url = `${image.registry}/v2/${image.repository}/manifests/${reference}`;
  const ask = (headers: Record<string, string> = {}) =>
    fetch(url, { method: 'HEAD', headers: { Accept: MANIFESTS, ...headers }, signal: limit() });
  try {
    let response = await ask();
    if (response.status === 401) {
      const token = await tokenFor(response.headers.get('www-authenticate') ?? '');
      response = await ask({ Authorization: `Bearer ${token}` });
    }
    // Docker Hub denies a repository that is not there to whoever is not signed in.
    if ([401, 403, 404].includes(response.status)) return { outcome: 'gone' };
    const digest = response.headers.get('docker-content-digest') ?? '';
    if (!response.ok) return { outcome: 'unknown', reason: `the registry answers ${response.status}` };
    if (!DIGEST.test(digest)) return { outcome: 'unknown', reason: 'the registry returned no digest' };
    return { outcome: 'exists', digest };
  } catch (error) {
    return { outcome: 'unknown', reason: reasonOf(error) };
  }
}

/** Why a request failed, in a phrase: fetch puts the reason into the cause. */
export function reasonOf(error: unknown): string {
  const { cause = error } = error instanceof Error ? error : {};
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return cause instanceof Error ? cause.message : String(cause);
}
