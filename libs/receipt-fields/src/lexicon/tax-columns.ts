import { phrases } from './phrases.ts';

/** Heads of the columns of a table of taxes: two of them make one. */
export const TAX_COLUMNS: readonly string[] = phrases(`
  mwst, mwst%, ust, netto, brutto, steuer, mwst betrag, umsatz, tva, taux, ht, ttc, base, base ht, taxe, htva, btw, btw%, over, excl, incl,
  grondslag, bedrag, iva, iva%, cuota, base imponible, taxa, incidência, valor iva, imposto, imponibile, imposta, aliquota, vat, vat%,
  vat rate, net, nett, gross, tax, rate, vatable, excl vat, incl vat, moms, moms%, mva, mva%, grunnlag, mva grunnlag, alv, alv%, veroton,
  vero, verollinen, ptu, kwota, dph, základ, daň, sazba, sadzba, obrat, áfa, áfa%, nettó, adó, bruttó, alap, pdv, porez, osnovica, iznos,
  stopa, ddv, osnova, davek, stopnja, pvm, be pvm, su pvm, pvn, km, km%, käibemaks, neto, bruto, kdv, matrah, tutar, ppn, dpp, gst,
  amount, taxable, gst amount, tarifa, impuesto, igv, 税率, 税額, 対象額, 稅別, 銷售額, 稅額, 税额, 과세, 부가세, ндс, пдв, ддс, основица,
  стопа, порез, основа, φπα, καθαρή, αξία, ставка, сума, сумма, ภาษี, מעמ, ضريبة, total, totaal, totale, celkem, spolu, summa, sum, ukupno,
  укупно`);
