import { describe, expect, it } from 'vitest';
import { ProviderError } from './provider-error.ts';
import { causeOf } from './recognise.ts';

describe('what the log says of an attempt that failed', () => {
  it('is one line for a fault that has a code, and its cause is in it', () => {
    const cause = new Error('marker 0xd9 is missing\n  in scan 2');
    const error = Object.assign(new ProviderError('corrupt_document', 'The file is damaged'), { cause });
    expect(causeOf(error)).toBe('The file is damaged: marker 0xd9 is missing');
  });

  it('is the stack of what was not foreseen', () => {
    expect(causeOf(new TypeError('x is undefined'))).toMatch(/^TypeError: x is undefined\n +at /);
    expect(causeOf('a string')).toBe('a string');
  });
});
