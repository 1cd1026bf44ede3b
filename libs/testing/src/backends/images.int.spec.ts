import { backendKinds, spareKinds } from '@inkstream/native-stack';
import { expect, it } from 'vitest';
import { pinnedImage } from './images.ts';

it.each([...backendKinds, ...spareKinds])(
  'runs the image of %s that docker-compose.yml pins, to the exact version',
  async (kind) => {
    expect(await pinnedImage(kind)).toMatch(/:(RELEASE\.[\dTZ-]+|v?\d+\.\d+\.\d+)(@sha256:[\da-f]{64})?$/);
  },
);
