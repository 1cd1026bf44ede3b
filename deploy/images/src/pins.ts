import { readFile, writeFile } from 'node:fs/promises';
import { askRegistry, parseImage } from './registry.ts';

/** `image: name` in compose and `FROM name` in a Dockerfile. Names with variables are images that are built here. */
const IMAGE = /^([ \t]{0,40}image:[ \t]{0,40}|FROM[ \t]{1,40})([^\s${}:]+(?::[^\s${}:]+)+)(?=\s|$)/gm;

/** One line about an image or a package, and whether all is well with it. */
export interface Finding {
  readonly ok: boolean;
  readonly text: string;
}

/** The images that a file names by a tag. */
export const imagesIn = (content: string): string[] => [
  ...new Set([...content.matchAll(IMAGE)].map(([, , name = '']) => name)),
];

/**
 * Writes into a file the digest that each image's registry tells for its tag today. What is not told is left as it is,
 * and reported.
 */
export async function pinImages(file: string): Promise<Finding[]> {
  const content = await readFile(file, 'utf8');
  const pinned = new Map<string, string>();
  const findings = await Promise.all(
    imagesIn(content).map(async (name): Promise<Finding> => {
      const told = await askRegistry(parseImage(name));
      if (told.outcome !== 'exists') return { ok: false, text: `${name}: left as it is, ${saying(told)}` };
      const [tagged = name] = name.split('@');
      pinned.set(name, `${tagged}@${told.digest}`);
      return { ok: true, text: `${tagged}: ${told.digest}` };
    }),
  );
  const changed = content.replace(IMAGE, (_whole, before: string, name: string) => {
    return `${before}${pinned.get(name) ?? name}`;
  });
  if (changed !== content) await writeFile(file, changed);
  return findings;
}

/** Whether the images that a file names are still there: by their digest if they have one. */
export async function checkImages(file: string): Promise<Finding[]> {
  return Promise.all(
    imagesIn(await readFile(file, 'utf8')).map(async (name): Promise<Finding> => {
      const told = await askRegistry(parseImage(name), { byDigest: true });
      return { ok: told.outcome === 'exists', text: `${name}: ${saying(told)}` };
    }),
  );
}

const saying = (told: Awaited<ReturnType<typeof askRegistry>>): string => {
  switch (told.outcome) {
    case 'exists':
      return 'is there';
    case 'gone':
      return 'its registry does not have it';
    case 'unknown':
      return told.reason;
    default:
      return told satisfies never;
  }
};
