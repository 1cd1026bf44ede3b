export { type Engine, engine } from './engine.ts';
export { type Engines, openEngines } from './engines.ts';
