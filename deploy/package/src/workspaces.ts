import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of ours. */
export interface Workspace {
  readonly name: string;
  /** From the root: `libs/domain`. */
  readonly folder: string;
  /** What it may be imported as, `.` or `./sqlite`, and the TypeScript file of each, from its folder. */
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The libraries and services, which are all that the package is made of. */
export function workspaces(root: string): Workspace[] {
  return ['libs', 'services'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => {
      const folder = `${parent}/${name}`;
      const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      const { exports = {}, dependencies = {}, devDependencies = {} } = manifest;
      return { name: manifest.name, folder, exports, dependencies, devDependencies };
    }),
  );
}

/** Every specifier of ours, `@inkstream/event-store/sqlite`, and its file from the root. */
export const modules = (all: readonly Workspace[]): Map<string, string> =>
  new Map(
    all.flatMap(({ name, folder, exports }) =>
      Object.entries(exports).map(([key, file]) => [join(name, key), join(folder, file)] as const),
    ),
  );
