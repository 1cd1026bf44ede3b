export { doorConfig, type ProviderSecrets, secretsIn } from './config.ts';
export { createProviderDoor, type ProviderDoorDeps } from './provider-door.ts';
