import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What an image of ours says of its containers, where a manifest says nothing. */
export interface Image {
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly workingFolder: string;
}

/** The image of a service, as the last stage of deploy/Dockerfile makes it. */
export function imageOf(service: string): Image {
  const dockerfile = readFileSync(new URL('../../../../deploy/Dockerfile', import.meta.url), 'utf8');
  const stage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  const [, variables = ''] = /^ENV (.+)$/m.exec(stage) ?? [];
  const [, folder = ''] = /^WORKDIR (.+)$/m.exec(stage) ?? [];
  const [, command = ''] = /^CMD (.+)$/m.exec(stage) ?? [];
  return {
    env: Object.fromEntries(
      variables
        .split(' ')
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
    command: z.array(z.string()).parse(JSON.parse(command)),
    workingFolder: folder.replace('$SERVICE', service),
  };
}
