import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readArguments, runCommand } from '../../command/src/command.ts';
import { checkPackages, type Registries } from './packages.ts';
import { checkImages, type Finding, pinImages } from './pins.ts';

const usage = `npm run images:pin|images:check [-- file …]
  pin    writes into compose files the digest that each image's registry tells for its tag
  check  asks whether every image, and every package of npm, Go and Maven, that is pinned is still there; with
         files, for the images in these alone
Both need the network. They end with 1 if a registry did not tell what they asked for.
Packages are asked for where npm and Go are configured to; NPM_REGISTRY and GO_PROXY name others. MAVEN_REPOSITORY names
the repository for those of Maven.`;

const COMPOSE = ['docker-compose.yml', 'docker-compose.secure.yml'];
const root = new URL('../../../', import.meta.url).pathname;
const inRoot = (files: readonly string[]): string[] => files.map((file) => `${root}${file}`);

/** What a tool says of its own configuration; `variable` takes its place. */
async function toldBy(variable: string, tool: string, ...args: string[]): Promise<string> {
  const given = process.env[variable];
  if (given) return given;
  try {
    const { stdout } = await promisify(execFile)(tool, args);
    return stdout.trim().replace(/\/$/, '');
  } catch (cause) {
    throw new Error(`${variable} is needed, since there is no ${tool} to ask`, { cause });
  }
}

async function registries(): Promise<Registries> {
  const [npm, proxies] = [
    await toldBy('NPM_REGISTRY', 'npm', 'config', 'get', 'registry'),
    await toldBy('GO_PROXY', 'go', 'env', 'GOPROXY'),
  ];
  const [go = ''] = proxies.split(/[,|]/);
  const { MAVEN_REPOSITORY: maven } = process.env;
  if (!maven) throw new Error('MAVEN_REPOSITORY is needed: where packages of Maven are asked for');
  return { npm, go, maven };
}

async function findingsOf([command, ...files]: readonly string[]): Promise<Finding[]> {
  const named = files.length > 0;
  switch (command) {
    case 'pin':
      return (await Promise.all((named ? files : inRoot(COMPOSE)).map(pinImages))).flat();
    case 'check': {
      const inFiles = named ? files : inRoot([...COMPOSE, 'deploy/Dockerfile']);
      const images = (await Promise.all(inFiles.map(checkImages))).flat();
      if (named) return images;
      const packages = await checkPackages(root, await registries());
      return [...images, ...packages];
    }
    default:
      throw new Error(usage);
  }
}

await runCommand(async () => {
  const { positionals } = readArguments(usage, {});
  const findings = await findingsOf(positionals);
  const failed = findings.filter(({ ok }) => !ok);
  const shown = positionals[0] === 'pin' ? findings : failed;
  for (const { text } of shown) console.log(text);
  console.log(`${findings.length - failed.length} of ${findings.length} are there`);
  if (failed.length > 0) process.exitCode = 1;
});
