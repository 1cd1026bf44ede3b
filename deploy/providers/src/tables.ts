import type { ProviderFolder } from './folders.ts';

const MEBIBYTE = 2 ** 20;

const code = (text: string) => `\`${text}\``;
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`.replaceAll(/ {2,}/g, ' ');
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

/** `image/jpeg` and `image/png` as `JPEG, PNG`. */
const typesOf = (accepts: readonly string[]) =>
  accepts
    .map((type) => (type === 'message/rfc822' ? 'mail' : type.replace(/^.*\//, '').toUpperCase()))
    .join(', ');

/** What each takes and returns, and when it runs. */
export const providerTable = (folders: readonly ProviderFolder[]): string =>
  table(
    ['provider', 'aliases', 'runs if', 'takes', 'at most', 'returns', 'fails', 'costs'],
    folders.map(({ name, folder, aliases, wants, accepts, maxBytes, maxPages, declaration }) => [
      `[${code(name)}](../services/${folder})`,
      aliases.map(code).join(', '),
      declaration.docs.runs ?? (wants === null ? 'always' : `${wants} is set`),
      typesOf(accepts),
      `${Math.floor(maxBytes / MEBIBYTE)} MiB, ${maxPages} pages`,
      declaration.docs.returns,
      declaration.docs.fails,
      declaration.docs.cost,
    ]),
  );

/** What each reads from the environment; one that several read has one row. */
export function variableTable(folders: readonly ProviderFolder[]): string {
  const names = [...new Set(folders.flatMap(({ variables }) => variables.map(({ name }) => name)))];
  return table(
    ['variable', 'default', 'who reads it', ''],
    names.map((name) => {
      const readers = folders.filter(({ variables }) => variables.some((variable) => variable.name === name));
      const variable = readers.flatMap(({ variables }) => variables).find((other) => other.name === name);
      const value = variable?.value === undefined ? '' : code(variable.value);
      return [code(name), value, readers.map(({ folder }) => folder).join(', '), variable?.description ?? ''];
    }),
  );
}
