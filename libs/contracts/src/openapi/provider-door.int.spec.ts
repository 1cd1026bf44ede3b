import { expect, it } from 'vitest';
import { createDoorDocument } from './provider-door.ts';

it('is what docs/provider-door.json says: `npx vitest run libs/contracts -u` writes that anew', async () => {
  const text = `${JSON.stringify(createDoorDocument(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../../../docs/provider-door.json');
});
