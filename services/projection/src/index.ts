export { createProjection, type Projection, type ProjectionDeps } from './projection.ts';
export { type RebuildReport, RebuildRunningError } from './rebuild.ts';
