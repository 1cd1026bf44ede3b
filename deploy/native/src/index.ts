export {
  type BackendKind,
  backendKinds,
  backendNamedBy,
  type Report,
  type StackKind,
  spareKinds,
} from './backend-kind.ts';
export { collectorIfInstalled, installCollector } from './install/collector.ts';
export { install } from './install/install.ts';
export { installPython } from './install/python.ts';
export { MissingToolError } from './install/tool.ts';
export {
  type NativeBackend,
  type StartOptions,
  startBackend,
  startEventStoreDb,
  startKafka,
  startMinio,
  startMongo,
} from './native-backend.ts';
export { freePort } from './process/free-port.ts';
export { lifeline } from './process/lifeline.ts';
