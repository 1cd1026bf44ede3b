import { describe, expect, it } from 'vitest';
import { ObjectStoreUnavailableError } from '../errors.ts';
import { asStoreError, withStoreErrors } from './faults.ts';

const systemError = (code: string) => Object.assign(new Error(code), { code, errno: -1, syscall: 'write' });

describe('faults of the file system', () => {
  it.each(['ENOSPC', 'EIO', 'EDQUOT', 'EROFS', 'EMFILE', 'EACCES'])('%s is unavailable, for now', (code) => {
    const fault = systemError(code);
    const error = asStoreError(fault);
    expect(error).toBeInstanceOf(ObjectStoreUnavailableError);
    expect(error).toMatchObject({ transient: true, cause: fault });
  });

  it.each(['ENOSPC', 'EDQUOT'])('%s is reported as a full disk, and no other is', (code) => {
    expect(asStoreError(systemError(code))).toMatchObject({ name: 'ObjectStoreFullError', full: 'folder' });
    expect(asStoreError(systemError('EIO'))).not.toHaveProperty('full');
  });

  it('leaves the errors of others alone', async () => {
    const bug = new TypeError('not a function');
    await expect(withStoreErrors(() => Promise.reject(bug))).rejects.toBe(bug);
  });
});
