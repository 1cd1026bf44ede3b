import { readModelContract } from '../contract.ts';
import { openMongoReadModel } from './index.ts';
import { storeName, testDatabase } from './spec-support/database.ts';

readModelContract(storeName, async (limits) => {
  const { url, drop } = testDatabase();
  const connect = () => openMongoReadModel({ url, ...(limits && { limits }) });
  return { model: await connect(), connect, remove: drop };
});
