import type { Calibration } from './calibrated.ts';

/** What was measured: see bench/accuracy/README.md, which says how to do it again. */
export const measured: Calibration = {
  total: [[0.901,0.958],[0.986,0.999],[1,0.999]],
  date: [[0.91,1],[1,1]],
  merchant: [[0.812,0.979],[0.952,0.999],[1,0.999]],
  currency: [[0.895,0.964],[1,0.964]],
  tax: [[0.911,1],[1,1]],
};
