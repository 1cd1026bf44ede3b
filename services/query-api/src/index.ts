export type { QueryDeps } from './deps.ts';
export { createQueryApi, type QueryApi } from './query-api.ts';
