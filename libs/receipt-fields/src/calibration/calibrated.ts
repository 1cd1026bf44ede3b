import type { Receipt } from '@inkstream/contracts';

/** Fields whose confidence is measured. */
export type CalibratedField = 'total' | 'date' | 'merchant' | 'currency' | 'tax';

/** From what the rules say to the share that is right, ascending in both; straight between two, and from 0 at 0. */
export type Curve = readonly (readonly [said: number, right: number])[];
export type Calibration = Readonly<Partial<Record<CalibratedField, Curve>>>;

/** The probability for what the rules say: it never falls as that rises, so that the order of values stays. */
export function follow(curve: Curve, said: number): number {
  let [x0, y0] = [0, 0];
  for (const [x1, y1] of curve) {
    if (said <= x1) return y0 + ((said - x0) / (x1 - x0 || 1)) * (y1 - y0);
    [x0, y0] = [x1, y1];
  }
  return y0;
}

/** A receipt whose confidences are the shares of such values that were right on receipts with truth. */
export function calibrated(receipt: Receipt, calibration: Calibration): Receipt {
  const changed = Object.entries(calibration).flatMap(([name, curve]) => {
    const field = receipt[name as CalibratedField];
    if (field?.confidence === undefined) return [];
    const confidence = Math.round(follow(curve, field.confidence) * 1000) / 1000;
    return [[name, { ...field, confidence }]];
  });
  return { ...receipt, ...Object.fromEntries(changed) };
}
