export { boxAround, NOWHERE, union } from './boxes.ts';
export { dominantAngle, turnTo, weightOfDirection } from './direction.ts';
export { inReadingOrder } from './order.ts';
export { partsOf } from './parts.ts';
export { lineHeight } from './place.ts';
export { gapBetween, rowsOf } from './rows.ts';
