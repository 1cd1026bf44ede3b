import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { passwordConfig, passwordSecrets } from './password-secret.ts';

const bytes = Buffer.from(Array.from({ length: 32 }, (_, at) => 7 * at));
const secretsOf = (env: NodeJS.ProcessEnv) => passwordSecrets(readConfig(passwordConfig, env));

test.each([bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')])(
  'a secret is 32 bytes in hex or base64: %s',
  (PASSWORD_SECRET) => expect(secretsOf({ PASSWORD_SECRET })).toEqual([bytes]),
);

test.each(['', 'hunter2', bytes.toString('hex').slice(2), `${bytes.toString('base64')}AA`, 'g'.repeat(64)])(
  'any other text is refused, and not told: %j',
  (PASSWORD_SECRET) => {
    const read = () => secretsOf({ PASSWORD_SECRET });
    if (PASSWORD_SECRET === '') expect(read()).toEqual([]);
    else {
      expect(read).toThrow(/PASSWORD_SECRET: must be 32 random bytes in hex or base64/);
      expect(read).not.toThrow(PASSWORD_SECRET);
    }
  },
);

test('the secret before opens as well; alone it does nothing', () => {
  const [current, previous] = [bytes.toString('hex'), '00'.repeat(32)];
  const both = { PASSWORD_SECRET: current, PASSWORD_SECRET_PREVIOUS: previous };
  expect(secretsOf(both)).toEqual([bytes, Buffer.alloc(32)]);
  expect(secretsOf({ PASSWORD_SECRET_PREVIOUS: previous })).toEqual([]);
});
