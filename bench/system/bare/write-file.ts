import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes and fsyncs the same bytes as another file at each call, and nothing else. */
export function createWriter(folder: string, bytes: Uint8Array) {
  let count = 0;
  return async (): Promise<void> => {
    const file = await open(join(folder, `bare-${++count}`), 'wx');
    await file.writeFile(bytes);
    await file.sync();
    await file.close();
  };
}
