import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serviceOf } from '@inkstream/contracts';

const TEMPLATE = fileURLToPath(new URL('../template/', import.meta.url));
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MAX_NAME = 50;

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** The template's text for another name: `foo-bar`, `fooBar` in identifiers, `Foo Bar` to people, FOO_BAR in variables. */
function renamed(text: string, name: string): string {
  const words = name.split('-');
  const names: Readonly<Record<string, string>> = {
    'ocr-acme': serviceOf(name),
    acmeVendor: `${words.map((word, index) => (index === 0 ? word : capitalised(word))).join('')}Vendor`,
    acme: name,
    Acme: words.map(capitalised).join(' '),
    ACME: words.join('_').toUpperCase(),
  };
  return text.replaceAll(/ocr-acme|acmeVendor|acme|Acme|ACME/g, (found) => names[found] ?? found);
}

/**
 * Makes the folder of a provider of that name from the template, and returns it, from the root.
 *
 * @throws Error if it is no name for a provider, or there is such a folder.
 */
export function newProvider(root: string, name: string): string {
  if (!NAME.test(name) || name.length > MAX_NAME)
    throw new Error(
      `${name} is no name for a provider: lower-case words with - between them, such as acme-ocr`,
    );
  const folder = `services/${serviceOf(name)}`;
  const target = join(root, folder);
  if (existsSync(target)) throw new Error(`${folder} is there already`);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  cpSync(TEMPLATE, target, { recursive: true });
  writeFileSync(
    join(target, 'tsconfig.json'),
    `${JSON.stringify({ extends: '../../tsconfig.base.json', include: ['src'] }, null, 2)}\n`,
  );
  for (const file of readdirSync(target, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    const text = renamed(readFileSync(path, 'utf8'), name);
    const versioned = file.name === 'package.json' ? text.replace('"0.0.0"', `"${version}"`) : text;
    writeFileSync(path, versioned);
  }
  return folder;
}
