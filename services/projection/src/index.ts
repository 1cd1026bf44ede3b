export { createProjection, type Projection, type ProjectionDeps } from './projection.ts';
export { RebuildRunningError } from './rebuild.ts';
