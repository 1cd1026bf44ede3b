import { expect, it } from 'vitest';
import { environmentOf } from './environment.ts';

const configMaps = new Map([['settings', { MODE: 'distributed', LEVEL: 'info' }]]);
const secrets = new Map([['bus', { BROKERS: 'a:1', LEVEL: 'debug' }]]);
const from = (name: string, optional = false) => ({ name, optional });

it('a container has what its ConfigMaps and Secrets hold, later ones over earlier ones, and its own over all', () => {
  const env = [
    { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'MODE', value: 'own' },
    { name: 'WHO', value: 'pod=$(POD),level=$(LEVEL),$(LATER),$$(POD)' },
    { name: 'LATER', value: 'later' },
  ];
  const envFrom = [
    { configMapRef: from('settings') },
    { secretRef: from('bus') },
    { secretRef: from('vendor', true) },
  ];
  expect(environmentOf({ env, envFrom }, { configMaps, secrets }, { 'metadata.name': 'p-1' })).toEqual({
    MODE: 'own',
    LEVEL: 'debug',
    BROKERS: 'a:1',
    POD: 'p-1',
    WHO: 'pod=p-1,level=debug,$(LATER),$(POD)',
    LATER: 'later',
  });
});

it('a container is not started without a Secret that it must have', () => {
  const envFrom = [{ secretRef: from('vendor') }];
  expect(() => environmentOf({ env: [], envFrom }, { configMaps, secrets }, {})).toThrow(/no Secret vendor/);
});
