export { dominantAngle, turnTo, weightOfDirection } from './direction.ts';
export { lineHeight } from './place.ts';
export { rowsOf } from './rows.ts';
