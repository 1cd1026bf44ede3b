import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ProviderFolder, providerFolders } from './folders.ts';
import { generatedFiles } from './generated.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('what is made of the folders of providers', () => {
  let folders: readonly ProviderFolder[];
  beforeAll(async () => {
    folders = await providerFolders(ROOT);
  });
  const stale = (of: readonly ProviderFolder[]) =>
    generatedFiles(ROOT, of)
      .filter((file) => file.stale)
      .map(({ path }) => path);

  it('is fresh: if not, `npm run generate:providers` makes it so', () => {
    expect(folders.map(({ folder }) => folder)).toEqual(
      expect.arrayContaining(['ocr-paddle-local', 'ocr-tesseract']),
    );
    expect(stale(folders)).toEqual([]);
  });

  it('is stale in every file once there is a folder more, or one less', () => {
    const [first] = folders;
    if (!first) throw new Error('There is no folder');
    const acme = { ...first, name: 'acme', folder: 'ocr-acme', package: '@inkstream/ocr-acme' };
    const manifests = ['deployment', 'kustomization', 'scaled-object'].map((name) => `${name}.yaml`);
    const componentOf = (name: string) => manifests.map((file) => `k8s/components/providers/${name}/${file}`);
    const lists = generatedFiles(ROOT, folders)
      .map(({ path }) => path)
      .filter((path) => !path.startsWith('k8s/'));
    expect(lists).toHaveLength(5);
    expect(stale(folders.slice(1)).toSorted()).toEqual([...lists, ...componentOf(first.name)].toSorted());
    expect(stale([...folders, acme]).toSorted()).toEqual([...lists, ...componentOf('acme')].toSorted());
    const gone = generatedFiles(ROOT, folders.slice(1)).filter(({ text }) => text === null);
    expect(gone.map(({ path }) => path).toSorted()).toEqual(componentOf(first.name));
  });

  it('takes what each reads, its types and its limits from its code', () => {
    const { variables = [], ...paddle } = folders.find(({ name }) => name === 'paddle-ocr-local') ?? {};
    expect(paddle).toMatchObject({ package: '@inkstream/ocr-paddle-local', maxPages: 50, wants: null });
    expect(variables.find(({ name }) => name === 'DECODER_MEMORY_MB')).toMatchObject({
      value: '640',
      description: expect.stringContaining('MiB'),
    });
  });
});
