import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Report } from '../backend-kind.ts';
import { alreadyCached, cached } from './cache.ts';
import { installPython } from './python.ts';
import { runTool } from './tool.ts';

/** Of Kubernetes' releases the one whose API the manifests are held to. Its libraries have versions of their own. */
const KUBERNETES = { version: 'v1.34.4', libraries: 'v0.34.4' } as const;
const ETCD = 'v3.6.4';
const KWOK = 'sigs.k8s.io/kwok/cmd/kwok@v0.8.0';
const KUSTOMIZE = 'sigs.k8s.io/kustomize/kustomize/v5@v5.7.1';

/** Files of modules: what others define, KEDA's source that names a trigger's options, and how kwok's Pods live. */
const FILES = {
  definitions: {
    'github.com/kedacore/keda/v2@v2.21.0': [
      'config/crd/bases/keda.sh_scaledobjects.yaml',
      'config/crd/bases/keda.sh_triggerauthentications.yaml',
      'pkg/scalers/kafka_scaler.go',
    ],
    'sigs.k8s.io/gateway-api@v1.6.3': ['config/crd/standard/gateway.networking.k8s.io_httproutes.yaml'],
  },
  stages: {
    'sigs.k8s.io/kwok@v0.8.0': [
      'kustomize/stage/node/fast/node-initialize.yaml',
      'kustomize/stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
      'kustomize/stage/pod/general/pod-create.yaml',
      'kustomize/stage/pod/general/pod-ready.yaml',
      'kustomize/stage/pod/general/pod-complete.yaml',
      'kustomize/stage/pod/general/pod-delete.yaml',
    ],
  },
} as const;

const PROGRAMS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'] as const;

/** What shows a mistake in the manifests without a cluster. */
export interface Checkers {
  readonly kustomize: string;
  /** A command, and its first argument. */
  readonly validate: readonly [python: string, script: string];
}
/** Folders: programs; what KEDA and the Gateway API define; what kwok does with Pods. */
export interface Kubernetes {
  readonly bin: string;
  readonly definitions: string;
  readonly stages: string;
}

/**
 * kustomize, built from its module, and kubernetes-validate from PyPI, installed if they are not yet.
 *
 * @throws MissingToolError if Go or Python is not there.
 */
export async function installCheckers(report: Report = () => {}): Promise<Checkers> {
  const folder = await cached('kustomize', KUSTOMIZE, async (draft) => {
    report('Building kustomize');
    await runTool('kustomize', 'go', ['install', KUSTOMIZE], { ...STATIC, GOBIN: draft });
  });
  const python = await installPython(new URL('../../kubernetes/requirements.txt', import.meta.url), report);
  const script = join(dirname(python), 'kubernetes-validate');
  return { kustomize: join(folder, 'kustomize'), validate: [python, script] };
}

const RECIPE = JSON.stringify([KUBERNETES, ETCD, KWOK, FILES, PROGRAMS]);

/** Whether `installKubernetes` would find everything: it builds for ten minutes otherwise. */
export const kubernetesIsInstalled = (): boolean => alreadyCached('kubernetes', RECIPE) !== null;

/**
 * Kubernetes' control plane, etcd and kwok, all built from their Go modules, if they are not yet.
 *
 * @throws MissingToolError if Go is not there.
 */
export async function installKubernetes(report: Report = () => {}): Promise<Kubernetes> {
  const folder = await cached('kubernetes', RECIPE, async (draft) => {
    report('Building Kubernetes, which takes about ten minutes the first time');
    await buildKubernetes(draft);
    report('Building etcd and kwok');
    await build(draft, 'etcd', `require go.etcd.io/etcd/server/v3 ${ETCD}`, ['go.etcd.io/etcd/server/v3']);
    await runTool('kwok', 'go', ['install', ...SMALL, KWOK], { ...STATIC, GOBIN: join(draft, 'bin') });
    for (const [to, modules] of Object.entries(FILES)) await copyFiles(join(draft, to), modules);
  });
  const [bin, definitions, stages] = [
    join(folder, 'bin'),
    join(folder, 'definitions'),
    join(folder, 'stages'),
  ];
  return { bin, definitions, stages };
}

const STATIC = { GOFLAGS: '', CGO_ENABLED: '0' };
const STRIPPED = '-s -w';
const SMALL = ['-trimpath', '-ldflags', STRIPPED];

/** A module as Go's proxy has it: the file of its `go.mod`, and its folder. */
async function download(module: string): Promise<{ readonly GoMod: string; readonly Dir: string }> {
  return JSON.parse(await runTool(module, 'go', ['mod', 'download', '-json', module], { GOFLAGS: '' }));
}

/**
 * Programs of a module whose `go.mod` replaces others, which `go install` refuses: built by a module of ours that
 * requires it.
 */
async function build(
  draft: string,
  name: string,
  requires: string,
  packages: readonly string[],
  flags: string = STRIPPED,
): Promise<void> {
  const [source, bin] = [join(draft, 'source', name), join(draft, 'bin')];
  await mkdir(source, { recursive: true });
  await mkdir(bin, { recursive: true });
  await writeFile(join(source, 'go.mod'), `module inkstream.dev/${name}\n\ngo 1.24.0\n\n${requires}\n`);
  // Of one program it is the file, of several the folder.
  const output = packages.length > 1 ? `${bin}/` : join(bin, name);
  const args = ['-C', source, 'build', '-mod=mod', '-trimpath', '-ldflags', flags, '-o', output, ...packages];
  await runTool(name, 'go', args, STATIC);
}

async function buildKubernetes(draft: string): Promise<void> {
  const { version, libraries } = KUBERNETES;
  const { GoMod } = await download(`k8s.io/kubernetes@${version}`);
  const replaced = (await readFile(GoMod, 'utf8')).matchAll(
    /^\t{0,2}(?:replace )?(k8s\.io\/[a-z0-9-]+) => /gm,
  );
  const replaces = [...new Set([...replaced].map(([, name = '']) => name))].map(
    (name) => `replace ${name} => ${name} ${libraries}`,
  );
  const requires = [`require k8s.io/kubernetes ${version}`, ...replaces].join('\n');
  const [major = '', minor = ''] = version.slice(1).split('.');
  // kubectl and the API server compare the versions that they were built as.
  const set = { gitVersion: version, gitMajor: major, gitMinor: minor };
  const told = Object.entries(set).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`);
  const packages = PROGRAMS.map((name) => `k8s.io/kubernetes/cmd/${name}`);
  await build(draft, 'kubernetes', requires, packages, [STRIPPED, ...told].join(' '));
}

async function copyFiles(to: string, modules: Readonly<Record<string, readonly string[]>>): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const [module, files] of Object.entries(modules)) {
    const { Dir } = await download(module);
    for (const file of files) await copyFile(join(Dir, file), join(to, basename(file)));
  }
}
