export { ensureDatabaseFile, openDatabase, transaction } from './database.ts';
export { assertRoom, isDatabaseFault, isFull } from './faults.ts';
export { migrate } from './migrate.ts';
export { prepared } from './prepared.ts';
export { Wakeup } from './wakeup.ts';
export { WalSync } from './wal-sync.ts';
