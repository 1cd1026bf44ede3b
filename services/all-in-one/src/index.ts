export { type Inkstream, type InkstreamConfig, startInkstream } from './inkstream.ts';
