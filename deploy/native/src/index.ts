export { type EngineKind, engineKinds, type Report, type StackKind, spareKinds } from './engine-kind.ts';
export { install } from './install/install.ts';
export { MissingToolError } from './install/tool.ts';
export {
  type NativeEngine,
  type StartOptions,
  startEngine,
  startEventStoreDb,
  startKafka,
  startMinio,
  startMongo,
} from './native-engine.ts';
export { freePort } from './process/free-port.ts';
