import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './pins.ts';
import { reasonOf } from './registry.ts';

/** Where each kind of package is asked for. */
export interface Registries {
  readonly npm: string;
  readonly go: string;
  readonly maven: string;
}

interface Package {
  readonly name: string;
  readonly url: string;
}

const TIMEOUT_MS = 30_000;
const AT_ONCE = 8;
const POMS = ['deploy/native/kafka/pom.xml', 'deploy/native/mongodb/pom.xml'];
const GO_INSTALLER = 'deploy/native/src/install/install.ts';

/** All that package-lock.json pins, by their place in `node_modules`; workspaces are links, without a version. */
function npmPackages(lock: string, registry: string): Package[] {
  const { packages } = JSON.parse(lock) as {
    packages: Record<string, { name?: string; version?: string; link?: boolean }>;
  };
  return Object.entries(packages).flatMap(([path, { name, version, link }]) => {
    const at = path.lastIndexOf('node_modules/');
    if (at < 0 || link || !version) return [];
    const called = name ?? path.slice(at + 'node_modules/'.length);
    return [{ name: `${called}@${version}`, url: `${registry}/${called.replace('/', '%2f')}/${version}` }];
  });
}

/** Programs are installed from modules; a path of three parts is the module, what follows is in it. */
function goModules(source: string, proxy: string): Package[] {
  const programs = source.split("'").filter((text) => text.startsWith('github.com/') && text.includes('@v'));
  return programs.map((program) => {
    const [path = '', version = ''] = program.split('@');
    const module = path.split('/').slice(0, 3).join('/');
    return {
      name: `${module}@${version}`,
      url: `${proxy}/${module.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`)}/@v/${version}.info`,
    };
  });
}

function mavenArtifacts(pom: string, repository: string): Package[] {
  const pattern =
    /<dependency><groupId>([^<]+)<\/groupId><artifactId>([^<]+)<\/artifactId><version>([^<]+)<\/version>/g;
  return [...pom.matchAll(pattern)].map(([, group = '', artifact = '', version = '']) => ({
    name: `${group}:${artifact}:${version}`,
    url: `${repository}/${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.pom`,
  }));
}

async function check({ name, url }: Package): Promise<Finding> {
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.ok) return { ok: true, text: `${name}: is there` };
    const gone = response.status === 404 || response.status === 410;
    return { ok: false, text: `${name}: ${gone ? 'is gone' : `the registry answers ${response.status}`}` };
  } catch (error) {
    return { ok: false, text: `${name}: ${reasonOf(error)}` };
  }
}

/** Whether every package that is pinned is still there: npm's lock file, and what native backends are made of. */
export async function checkPackages(root: string, registries: Registries): Promise<Finding[]> {
  const read = (path: string) => readFile(join(root, path), 'utf8');
  const poms = await Promise.all(POMS.map(read));
  const packages = [
    ...npmPackages(await read('package-lock.json'), registries.npm),
    ...goModules(await read(GO_INSTALLER), registries.go),
    ...poms.flatMap((pom) => mavenArtifacts(pom, registries.maven)),
  ];
  const unique = [...new Map(packages.map((one) => [one.name, one])).values()];
  const findings: Finding[] = [];
  for (let from = 0; from < unique.length; from += AT_ONCE)
    findings.push(...(await Promise.all(unique.slice(from, from + AT_ONCE).map(check))));
  return findings;
}
