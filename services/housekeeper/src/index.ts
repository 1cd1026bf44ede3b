export { type HousekeeperConfig, housekeeperConfig } from './config.ts';
export { createHousekeeper, type Housekeeper, type HousekeeperDeps } from './housekeeper.ts';
export { type SweepDeps, sweepOrphans } from './orphan-sweep.ts';
