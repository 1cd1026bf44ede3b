import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentsContract } from './contract/documents.ts';
import { generationsContract } from './contract/generations.ts';
import { listingContract } from './contract/listing.ts';
import { replacingContract } from './contract/replacing.ts';
import { searchingContract } from './contract/searching.ts';
import { allIds, query, type ReadModelSubject, view } from './contract/subject.ts';
import type { ReadModel } from './read-model.ts';

export type { ReadModelSubject } from './contract/subject.ts';

/** What every adapter of the port keeps. `open` gives an empty read model, a new one at each call. */
export function readModelContract(name: string, open: () => Promise<ReadModelSubject>): void {
  describe(`${name} as a read model`, () => {
    let subject: ReadModelSubject;
    let model: ReadModel;
    beforeEach(async () => {
      subject = await open();
      model = subject.model;
    });
    afterEach(async () => {
      await model.close();
      await subject.remove();
    });
    const current = {
      get model() {
        return model;
      },
      connect: () => subject.connect(),
    };

    documentsContract(current);
    replacingContract(current);
    listingContract(current);
    searchingContract(current);
    generationsContract(current);

    it('keeps documents and the active generation over a reconnect', async () => {
      const next = await model.startGeneration();
      await next.replace([{ view: view(4), over: null }]);
      await next.activate();
      await model.close();
      model = await subject.connect();
      expect(await allIds(model)).toEqual([4]);
      await model.ping();
    });

    it('says that it is unavailable once it is closed', async () => {
      await model.close();
      await expect(model.ping()).rejects.toMatchObject({
        name: 'ReadModelUnavailableError',
        transient: true,
      });
      await expect(model.list(query())).rejects.toMatchObject({ name: 'ReadModelUnavailableError' });
    });
  });
}
