import { execFile } from 'node:child_process';
import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);

/** The folder `k8s`. */
export const K8S = fileURLToPath(new URL('../../../../k8s/', import.meta.url));

/** A digest as a registry would tell it; of no image that there is. */
export const DIGEST = `sha256:${'5eed'.repeat(16)}`;

/** What is looked at of a manifest; kustomize and the API server look at everything. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: tests change it in ways that no schema allows.
  readonly spec?: any;
}

/** A kustomization in a folder that is removed after the test, or when `later` says. Paths are below `k8s`. */
export async function overlay(
  options: {
    readonly resources: readonly string[];
    readonly components?: readonly string[];
    readonly images?: readonly object[];
    readonly patches?: readonly object[];
  },
  later: (remove: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'inkstream-overlay-')));
  later(() => rm(folder, { recursive: true }));
  const here = (paths: readonly string[] = []) => paths.map((path) => relative(folder, join(K8S, path)));
  const { resources, components, ...rest } = options;
  const kustomization = {
    namespace: 'inkstream',
    resources: here(resources),
    components: here(components),
    ...rest,
  };
  await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
  return folder;
}

/** Every component that there is, but those that `but` names. */
export async function componentsBut(...but: readonly string[]): Promise<string[]> {
  const providers = await readdir(join(K8S, 'components/providers'));
  const others = (await readdir(join(K8S, 'components'))).filter((name) => name !== 'providers');
  return [...providers.map((name) => `providers/${name}`), ...others]
    .filter((name) => name !== 'service' && !but.includes(name))
    .map((name) => `components/${name}`);
}

/** Every image of ours by digest. */
export async function digests(): Promise<object[]> {
  const names = await readdir(fileURLToPath(new URL('../../../../services', import.meta.url)));
  return names.map((name) => ({
    name: `inkstream/${name}`,
    newName: `registry.example.com/inkstream/${name}`,
    digest: DIGEST,
  }));
}

export const build = async (kustomize: string, folder: string): Promise<string> =>
  (await run(kustomize, ['build', folder], { maxBuffer: 16 << 20 })).stdout;

export const manifestsIn = (text: string): Manifest[] =>
  parseAllDocuments(text).map((one) => one.toJS() as Manifest);
