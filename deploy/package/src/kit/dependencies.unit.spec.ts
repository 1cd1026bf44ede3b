import { describe, expect, it } from 'vitest';
import { dependenciesOf } from './dependencies.ts';

const versions = {
  '@fontsource/vt323': '5.3.0',
  '@inkstream/contracts': '0.2.0',
  '@types/express': '5.0.6',
  '@types/node': '24.19.2',
  express: '5.3.0',
  zod: '4.6.7',
};
const of = (code: readonly string[], declarations: readonly string[] = [], peers: readonly string[] = []) =>
  dependenciesOf({ code: new Set(code), declarations: new Set(declarations) }, versions, peers);

describe('the dependencies of a package', () => {
  it('are what its files import, and the types of that if its declarations do', () => {
    expect(of(['node', 'express/lib/x.js']).dependencies).toEqual({ express: '5.3.0' });
    expect(of([], ['node', 'express']).dependencies).toEqual({
      '@types/express': '^5.0.6',
      '@types/node': '^24.19.2',
      express: '5.3.0',
    });
  });

  it('are all that a name which is put together may mean', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the file.
    expect(of(['@fontsource/${name}/files/a']).dependencies).toEqual({ '@fontsource/vt323': '5.3.0' });
  });

  it('are peers in compatible versions if the importer has them too, and ours in the same one', () => {
    expect(of(['zod', '@inkstream/contracts/domain'], [], ['zod', '@inkstream/contracts'])).toEqual({
      dependencies: {},
      peerDependencies: { zod: '^4.6.7', '@inkstream/contracts': '0.2.0' },
    });
  });

  it('are refused if no package of ours depends on them', () => {
    expect(() => of(['left-pad'])).toThrow('left-pad is imported');
  });
});
