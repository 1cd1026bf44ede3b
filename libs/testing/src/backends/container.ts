import { type BackendKind, freePort } from '@inkstream/native-stack';
import type { ContainerRuntimeClient, ImageName, StartedTestContainer } from 'testcontainers';
import type { Backend } from './backend.ts';
import { containers } from './container-recipes.ts';
import { pinnedImage } from './images.ts';

export interface Running {
  readonly backend: Backend;
  stop(): Promise<void>;
}

/** The Docker daemon, if one answers. */
async function docker(): Promise<ContainerRuntimeClient | undefined> {
  // We stop what we started; its helper that would too is one more image, which may not be there.
  process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';
  const { getContainerRuntimeClient } = await import('testcontainers');
  return getContainerRuntimeClient().catch(() => undefined);
}

/**
 * Whether the image is there and is no stand-in, such as deploy/verify-compose.sh makes under the names of the real
 * ones.
 */
async function isReal(client: ContainerRuntimeClient, image: ImageName): Promise<boolean> {
  if (!(await client.image.exists(image))) return false;
  const { Config } = await client.image.inspect(image);
  return Config.Labels?.['inkstream.stand-in'] === undefined;
}

/**
 * The backend in a container, if a Docker daemon answers and has its image. With `INKSTREAM_PULL_IMAGES=true` the
 * image is fetched, else an absent one counts as no container.
 */
export async function startContainer(kind: BackendKind): Promise<Running | undefined> {
  const client = await docker();
  if (!client) return undefined;
  const { GenericContainer, ImageName: Name } = await import('testcontainers');
  const image = await pinnedImage(kind);
  const pull = process.env.INKSTREAM_PULL_IMAGES === 'true';
  if (!pull && !(await isReal(client, Name.fromString(image)))) return undefined;
  const { host } = client.info.containerRuntime;
  const port = await freePort();
  const recipe = containers[kind](host, port);
  const container: StartedTestContainer = await new GenericContainer(image)
    .withExposedPorts({ container: recipe.port, host: port })
    .withEnvironment(recipe.environment)
    .withCommand([...recipe.command])
    .withWaitStrategy(recipe.ready)
    .withStartupTimeout(120_000)
    .start();
  return {
    backend: { env: recipe.env, from: 'container' },
    stop: async () => {
      await container.stop({ timeout: 0 });
    },
  };
}
