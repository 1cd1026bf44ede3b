import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { linksIn } from './page.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const pages = globSync(['*.md', '{docs,deploy,bench,samples,services,libs}/**/*.md'], {
  cwd: ROOT,
  exclude: ['**/node_modules/**'],
});

it.each(pages)('every link of %s within the repository leads somewhere', (page) => {
  const at = pathToFileURL(ROOT + page);
  const links = linksIn(readFileSync(at, 'utf8')).filter(({ target }) => !/^(https?:|#)/.test(target));
  expect(links.filter(({ target }) => !existsSync(fileURLToPath(new URL(target, at))))).toEqual([]);
});
