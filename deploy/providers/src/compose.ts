import type { ProviderFolder } from './folders.ts';

const indented = (lines: readonly string[], by: number) => lines.map((line) => `${' '.repeat(by)}${line}`);

/** A provider's service: its variables come from the environment of compose, where one that is empty is absent. */
function service({ name, folder, variables, declaration }: ProviderFolder, tag: string): string {
  const { always, comment, environment, service: keys } = declaration.compose;
  const names = new Set([...variables.map((variable) => variable.name), ...Object.keys(environment)]);
  const passed = [...names].map((variable) => `${variable}: \${${variable}:-${environment[variable] ?? ''}}`);
  const lines = [
    ...(comment === undefined ? [] : [`# ${comment}`]),
    `${folder}:`,
    ...indented(
      [
        '<<: *provider',
        ...(always ? [] : [`profiles: [${name}]`]),
        `image: inkstream/${folder}:\${INKSTREAM_TAG:-${tag}}`,
        `build: { context: ., dockerfile: deploy/Dockerfile, args: { SERVICE: ${folder} } }`,
        ...Object.entries(keys).map(([key, value]) => `${key}: ${value}`),
        'environment:',
        ...indented(['<<: [*settings, *event-store, *bus, *objects, *passwords, *outside]', ...passed], 2),
      ],
      2,
    ),
  ];
  return indented(lines, 2).join('\n');
}

/** The services of docker-compose.yml; `tag` is of their images. */
export const composeServices = (folders: readonly ProviderFolder[], tag: string): string =>
  folders.map((folder) => service(folder, tag)).join('\n\n');

/** What docker-compose.secure.yml adds to each. */
export const securedServices = (folders: readonly ProviderFolder[]): string =>
  folders.map(({ folder }) => `  ${folder}: *secured`).join('\n');
