import type { ReceiptFieldName, ReceiptItem } from '@inkstream/contracts';

/** The typefaces, all under the SIL Open Font License: three that look like printer fonts and a proportional one. */
export type FontName = 'inconsolata' | 'ibm-plex-mono' | 'vt323' | 'noto-sans';

/** A piece of text on a row: it starts, ends or is centred at `at`, a fraction of the printable width. */
export interface Cell {
  text: string;
  align: 'left' | 'centre' | 'right';
  at: number;
}

export interface Style {
  /** Size relative to the receipt's body text. */
  scale?: number;
  bold?: boolean;
}

export type Row =
  | { kind: 'text'; cells: Cell[]; style: Style }
  | { kind: 'rule' }
  | { kind: 'gap'; lines: number }
  | { kind: 'barcode'; digits: string };

export const left = (text: string, style: Style = {}): Row => cells([{ text, align: 'left', at: 0 }], style);
export const centre = (text: string, style: Style = {}): Row =>
  cells([{ text, align: 'centre', at: 0.5 }], style);
/** Text at the left margin and an amount at the right one. */
export const pair = (label: string, value: string, style: Style = {}): Row =>
  cells(
    [
      { text: label, align: 'left', at: 0 },
      { text: value, align: 'right', at: 1 },
    ],
    style,
  );
export const cells = (list: Cell[], style: Style = {}): Row => ({ kind: 'text', cells: list, style });
export const rule = (): Row => ({ kind: 'rule' });
export const gap = (lines = 0.6): Row => ({ kind: 'gap', lines });
export const barcode = (digits: string): Row => ({ kind: 'barcode', digits });

/** The values of a `Receipt` without confidences and line numbers: what the receipt truly says, null if it does not. */
export type ReceiptValues = { [Name in ReceiptFieldName]?: string | null } & {
  items: Pick<ReceiptItem, 'description' | 'quantity' | 'unitPrice' | 'amount'>[];
};

/** What a layout makes of random numbers: rows to print, and the values that they say. */
export interface ReceiptContent {
  font: FontName;
  /** Characters on a full line of body text. */
  columns: number;
  rows: Row[];
  fields: ReceiptValues;
}
