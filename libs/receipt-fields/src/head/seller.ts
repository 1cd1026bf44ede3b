import type { PlacedLine, Row } from '../page/rows.ts';
import { skeleton } from '../words/skeleton.ts';

/** The name of the seller on a form that names the buyer as well. */
export interface Seller {
  readonly value: string;
  readonly row: Row;
}

/** "名 称: …", of which the first letter often stands apart or is lost. */
const NAME = /(?:名\s?)?[称稱]\s?[:：]\s?(?<name>\p{Script=Han}[\p{Script=Han}()（）·]{3,39})/u;
/** China's forms of invoices, which are those of the tax office. */
const FORM = /增值[税稅]|[电電]子[发發]票|[价價][税稅]合[计計]|纳税人识别号|統一編號/u;

/**
 * The seller of a form of invoice that has fields for the names of both sides: the buyer's comes first, the seller's is
 * below it or to its right. Null if there are not two of them, since a lone one may be the buyer's.
 */
export function sellerOf(rows: readonly Row[]): Seller | null {
  if (!rows.some(({ text }) => FORM.test(text))) return null;
  const named = rows.flatMap((row) =>
    row.lines.flatMap((line: PlacedLine) => {
      const name = NAME.exec(line.text)?.groups?.name;
      return name === undefined ? [] : [{ value: name, row }];
    }),
  );
  const seller = named.at(-1);
  return seller && named.some(({ value }) => skeleton(value) !== skeleton(seller.value)) ? seller : null;
}
