export { type QueryConfig, queryConfig } from './config.ts';
export type { QueryDeps } from './deps.ts';
export { createQueryApi, type QueryApi } from './query-api.ts';
