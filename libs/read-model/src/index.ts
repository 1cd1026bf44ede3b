export {
  DocumentRefusedError,
  GenerationDroppedError,
  InvalidCursorError,
  ReadModelFullError,
  ReadModelUnavailableError,
} from './errors.ts';
export * from './read-model.ts';
export { searchKey, searchText } from './search-text.ts';
