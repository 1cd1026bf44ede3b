import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Checkers, installCheckers } from '@inkstream/native-stack';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { build, componentsBut, DIGEST, digests, K8S, manifestsIn, overlay } from './spec-support/overlays.ts';

describe('the manifests, by the schemas of Kubernetes 1.34', () => {
  let checkers: Checkers;
  beforeAll(async () => {
    checkers = await installCheckers(console.error);
  }, 600_000);

  /** What kubernetes-validate says; empty if all is well. KEDA's and the Gateway API's kinds have no schema there. */
  async function faultsOf(text: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'inkstream-manifests-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'built.yaml');
    await writeFile(file, text);
    const [python, script] = checkers.validate;
    const args = [script, '--kubernetes-version', '1.34', '--strict', '--quiet', file];
    return promisify(execFile)(python, args).then(
      () => '',
      ({ stdout, stderr, message }) => `${stdout}${stderr}` || message,
    );
  }

  it('are valid in every overlay', async () => {
    for (const name of await readdir(join(K8S, 'overlays'))) {
      const built = await build(checkers.kustomize, join(K8S, 'overlays', name));
      expect(manifestsIn(built).length).toBeGreaterThan(20);
      expect([name, await faultsOf(built)]).toEqual([name, '']);
    }
  });

  it('are valid with every component, and with images by digest', async () => {
    const folder = await overlay({
      resources: ['base'],
      components: await componentsBut(),
      images: await digests(),
    });
    const built = await build(checkers.kustomize, folder);
    expect(await faultsOf(built)).toBe('');
    const images = manifestsIn(built).flatMap(
      ({ spec }) => spec?.template?.spec.containers.map(({ image }: { image: string }) => image) ?? [],
    );
    expect(images).toContain(`registry.example.com/inkstream/upload-gateway@${DIGEST}`);
    expect(images.filter((image) => !image.endsWith(`@${DIGEST}`))).toEqual([]);
  });

  it('are refused if a field is misspelt', async () => {
    const built = await build(checkers.kustomize, join(K8S, 'overlays/local'));
    const wrong = built.replace('terminationGracePeriodSeconds', 'terminationGraceSeconds');
    expect(await faultsOf(wrong)).toContain('terminationGraceSeconds');
  });
});
