import { ConfigError, readConfig } from '@inkstream/service-kit';
import { expect, test } from 'vitest';
import { vendorUrl } from './vendor-url.ts';

const read = (name: string, value: string) => readConfig({ [name]: vendorUrl() }, { [name]: value })[name];

test('an address of a vendor is one of HTTP', () => {
  expect(read('ACME_BASE_URL', 'http://127.0.0.1:8080/v1')).toBe('http://127.0.0.1:8080/v1');
  for (const bad of ['localhost:8080', 'file:///etc/passwd', 'http://'])
    expect(() => read('ACME_BASE_URL', bad)).toThrow(/ACME_BASE_URL: must be a URL/);
});

test.each(['ACME_BASE_URL', 'ACME_ENDPOINT'])('a password in %s is refused, and not shown', (name) => {
  for (const url of ['https://me:hunter2@acme.example/v1', 'ftp://me:hunter2@acme.example'])
    try {
      expect.fail(String(read(name, url)));
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      expect(String(error)).toContain(`${name}: must be a URL`);
      expect(String(error)).not.toContain('hunter2');
    }
});
