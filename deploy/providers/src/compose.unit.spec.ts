import { describe, expect, it } from 'vitest';
import { composeServices, securedServices } from './compose.ts';
import { declarationSchema } from './declaration.ts';
import type { ProviderFolder } from './folders.ts';

const acme: ProviderFolder = {
  name: 'acme',
  folder: 'ocr-acme',
  package: '@inkstream/ocr-acme',
  description: 'Acme',
  accepts: ['image/png'],
  maxBytes: 1,
  maxPages: 1,
  aliases: [],
  wants: 'ACME_API_KEY',
  variables: [{ name: 'ACME_API_KEY' }, { name: 'ACME_THREADS', value: '1' }],
  declaration: declarationSchema.parse({}),
};
const declaring = (compose: object) => [{ ...acme, declaration: declarationSchema.parse({ compose }) }];

describe('a service of compose', () => {
  it('waits for the profile of its name, and gets the variables that its code reads', () => {
    expect(composeServices([acme], '1.2.3')).toBe(`  ocr-acme:
    <<: *provider
    profiles: [acme]
    image: inkstream/ocr-acme:\${INKSTREAM_TAG:-1.2.3}
    build: { context: ., dockerfile: deploy/Dockerfile, args: { SERVICE: ocr-acme } }
    environment:
      <<: [*settings, *event-store, *bus, *objects, *passwords, *outside]
      ACME_API_KEY: \${ACME_API_KEY:-}
      ACME_THREADS: \${ACME_THREADS:-}`);
    expect(securedServices([acme])).toBe('  ocr-acme: *secured');
  });

  it('is what its folder declares beside that', () => {
    const compose = {
      always: true,
      comment: 'Reads.',
      environment: { ACME_THREADS: '2', ACME_SDK_PROFILE: '' },
      service: { mem_limit: '512m' },
    };
    const text = composeServices(declaring(compose), '1.2.3');
    expect(text).toMatch(/^ {2}# Reads\.\n {2}ocr-acme:\n/);
    expect(text).toMatch(/^ {4}mem_limit: 512m$/m);
    expect(text).toContain(`ACME_THREADS: \${ACME_THREADS:-2}`);
    expect(text).toContain(`ACME_SDK_PROFILE: \${ACME_SDK_PROFILE:-}`);
    expect(text).not.toContain('profiles');
  });

  it('has nothing that nobody knows', () => {
    expect(() => declaring({ memory: '512m' })).toThrow(/memory/);
  });
});
