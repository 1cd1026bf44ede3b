export { type HousekeeperConfig, housekeeperConfig } from './config.ts';
export { createHousekeeper, type Housekeeper, type HousekeeperDeps } from './housekeeper.ts';
export { JOB_IDS_STREAM, type OpenUpload, type OpenUploadsDeps, sweepOpenUploads } from './open-uploads.ts';
