import { z } from 'zod';

/**
 * A vendor's address in the environment. It has neither user nor password: `fetch` takes no such URL, and says it whole
 * in its error.
 */
export const vendorUrl = () =>
  z.url({ protocol: /^https?$/ }).refine((text) => {
    const { username, password } = URL.canParse(text) ? new URL(text) : { username: '', password: '' };
    return username === '' && password === '';
  }, 'must be a URL without a user and a password: keys have variables of their own');
