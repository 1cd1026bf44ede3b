export { type Inkstream, type InkstreamConfig, inkstreamConfig, startInkstream } from './inkstream.ts';
