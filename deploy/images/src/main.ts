import { readArguments, runCommand } from '../../command/src/command.ts';
import { checkPackages } from './packages.ts';
import { checkImages, type Finding, pinImages } from './pins.ts';

const usage = `npm run images:pin|images:check [-- file …]
  pin    writes into compose files the digest that each image's registry tells for its tag
  check  asks whether every image, and every package of npm, Go and Maven, that is pinned is still there; with
         files, for the images in these alone
Both need the network. They end with 1 if a registry did not tell what they asked for.
NPM_REGISTRY, GO_PROXY and MAVEN_REPOSITORY name mirrors to ask in place of the public registries.`;

const COMPOSE = ['docker-compose.yml', 'docker-compose.secure.yml'];
const root = new URL('../../../', import.meta.url).pathname;
const inRoot = (files: readonly string[]): string[] => files.map((file) => `${root}${file}`);

async function findingsOf([command, ...files]: readonly string[]): Promise<Finding[]> {
  const { NPM_REGISTRY, GO_PROXY, MAVEN_REPOSITORY } = process.env;
  const named = files.length > 0;
  switch (command) {
    case 'pin':
      return (await Promise.all((named ? files : inRoot(COMPOSE)).map(pinImages))).flat();
    case 'check': {
      const inFiles = named ? files : inRoot([...COMPOSE, 'deploy/Dockerfile']);
      const images = (await Promise.all(inFiles.map(checkImages))).flat();
      if (named) return images;
      const packages = await checkPackages(root, {
        npm: NPM_REGISTRY ?? 'https://registry.npmjs.org',
        go: GO_PROXY ?? 'https://proxy.golang.org',
        maven: MAVEN_REPOSITORY ?? 'https://repo1.maven.org/maven2',
      });
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
