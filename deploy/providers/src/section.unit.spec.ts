import { expect, it } from 'vitest';
import { replaceSection } from './section.ts';

const page = 'a\n<!-- begin b: made -->\nold\n<!-- end b -->\nc\n';

it('replaces what stands between the lines that name the section, and nothing else', () => {
  const made = replaceSection(page, 'b', 'new\nlines\n');
  expect(made).toBe('a\n<!-- begin b: made -->\nnew\nlines\n<!-- end b -->\nc\n');
  expect(replaceSection(made, 'b', 'old')).toBe(page);
});

it('refuses a file that has no such section', () => {
  expect(() => replaceSection(page, 'x', '')).toThrow('begin x');
});
