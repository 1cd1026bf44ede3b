import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentsContract } from './contract/documents.ts';
import { executionsContract } from './contract/executions.ts';
import { generationsContract } from './contract/generations.ts';
import { listingContract } from './contract/listing.ts';
import { replacingContract } from './contract/replacing.ts';
import { searchingContract } from './contract/searching.ts';
import {
  addJobs,
  allIds,
  executionQuery,
  job,
  jobQuery,
  type OpenSubject,
  type ReadModelSubject,
} from './contract/subject.ts';
import type { ReadModel } from './read-model.ts';

export type { OpenSubject, ReadModelSubject } from './contract/subject.ts';

/** What every adapter of the port keeps. `open` opens an empty read model, a new one at each call. */
export function readModelContract(name: string, open: OpenSubject): void {
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
    executionsContract(current);
    listingContract(current);
    searchingContract(current, open);
    generationsContract(current);

    it('keeps documents and the active generation over a reconnect', async () => {
      const next = await model.startGeneration();
      await addJobs(next, job(4));
      await next.activate();
      await model.close();
      model = await subject.connect();
      expect(await allIds(model)).toEqual([4]);
      await model.ping();
    });

    it('says that it is unavailable once it is closed', async () => {
      await model.close();
      const unavailable = { name: 'ReadModelUnavailableError', transient: true };
      await expect(model.ping()).rejects.toMatchObject(unavailable);
      await expect(model.listJobs(jobQuery())).rejects.toMatchObject(unavailable);
      await expect(model.listExecutions(executionQuery())).rejects.toMatchObject(unavailable);
      await expect(addJobs(model, job(1))).rejects.toMatchObject(unavailable);
    });
  });
}
