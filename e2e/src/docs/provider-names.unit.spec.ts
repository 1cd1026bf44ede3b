import { readdirSync, readFileSync } from 'node:fs';
import { serviceOf } from '@inkstream/contracts';
import { expect, it } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const folders = readdirSync(new URL('services', ROOT)).filter((name) => name.startsWith('ocr-'));
const compose = read('docker-compose.yml');

it.each(folders)(
  '%s is the folder, the package, the container and the image of the provider of its name',
  (folder) => {
    const name = /^ {4}name: '([\w-]+)',$/m.exec(read(`services/${folder}/src/provider.ts`))?.[1] ?? '';
    expect(serviceOf(name)).toBe(folder);
    expect(JSON.parse(read(`services/${folder}/package.json`))).toMatchObject({
      name: `@inkstream/${folder}`,
    });
    const entry = [`\n  ${folder}:\n`, `image: inkstream/${folder}:`, `SERVICE: ${folder} }`];
    const missing = entry.filter((part) => !compose.includes(part));
    expect(missing, 'what docker-compose.yml has not').toEqual([]);
  },
);

it('a provider with ocr anywhere in its name has a service that says it once', () => {
  expect(
    ['paddle-ocr-local', 'paddle-ocr-api', 'tesseract', 'ocr-x', 'xai-grok', 'ocrad'].map(serviceOf),
  ).toEqual(['ocr-paddle-local', 'ocr-paddle-api', 'ocr-tesseract', 'ocr-x', 'ocr-xai-grok', 'ocr-ocrad']);
});
