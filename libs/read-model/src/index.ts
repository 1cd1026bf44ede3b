export { ReadModelUnavailableError } from './errors.ts';
export * from './read-model.ts';
