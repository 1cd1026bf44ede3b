import { readFile } from 'node:fs/promises';
import type { BackendKind } from '@inkstream/native-stack';

const repositories: { readonly [Kind in BackendKind]: string } = {
  kafka: 'apache/kafka',
  minio: 'quay.io/minio/minio',
  versitygw: 'ghcr.io/versity/versitygw',
  mongodb: 'mongo',
  eventstoredb: 'eventstore/eventstore',
};

/** The image of a backend as docker-compose.yml pins it, the one place where it is pinned. */
export async function pinnedImage(kind: BackendKind): Promise<string> {
  const compose = await readFile(new URL('../../../../docker-compose.yml', import.meta.url), 'utf8');
  const image = compose.match(new RegExp(`^ *image: (${repositories[kind]}:\\S+)$`, 'm'))?.[1];
  if (!image) throw new Error(`docker-compose.yml pins no image of ${repositories[kind]}.`);
  return image;
}
