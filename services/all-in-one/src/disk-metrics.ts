import { statfs } from 'node:fs/promises';
import { observe, type Running } from '@inkstream/service-kit';

/** Reports the room on the disk of the data folder, until it is closed. */
export function observeDisk(folder: string): Running {
  const free = { unit: 'By', description: 'Room that is left on the disk of the data folder' };
  const size = { unit: 'By', description: 'Size of the disk of the data folder' };
  const gauges = [
    observe('inkstream.disk.free', free, async () => {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    }),
    observe('inkstream.disk.size', size, async () => {
      const { blocks, bsize } = await statfs(folder);
      return blocks * bsize;
    }),
  ];
  return {
    async close() {
      for (const gauge of gauges) gauge.close();
    },
  };
}
