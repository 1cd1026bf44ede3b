export { type GatewayConfig, gatewayConfig } from './config.ts';
export { forwardTo } from './forward.ts';
export { createUploadGateway, type UploadGateway, type UploadGatewayDeps } from './gateway.ts';
