import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { type Case, truthSchema } from './truth.ts';

const types: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.gif': 'image/gif',
  '.avif': 'image/avif',
  '.heic': 'image/heic',
  '.pdf': 'application/pdf',
};

/** The documents that `truth.json` of a directory names, those that are there. */
export async function worldCases(directory: string): Promise<Case[]> {
  const text = await readFile(join(directory, 'truth.json'), 'utf8');
  const truths = z.record(z.string(), truthSchema).parse(JSON.parse(text));
  return Object.entries(truths).flatMap(([id, truth]) => {
    const path = join(directory, id);
    const mimeType = types[extname(id).toLowerCase()];
    return mimeType && existsSync(path)
      ? [{ id, mimeType, open: async () => ({ bytes: await readFile(path), truth }) }]
      : [];
  });
}
