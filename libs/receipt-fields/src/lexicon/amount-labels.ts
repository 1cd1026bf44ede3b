import { type Meaning, wordsFor } from './amount-words/index.ts';
import { phrases } from './phrases.ts';

/** What an amount on a receipt is, by the words before it. */
export type AmountRole =
  | 'total'
  | 'subtotal'
  | 'tax'
  | 'rounding'
  | 'service'
  | 'tip'
  | 'discount'
  | 'paid'
  | 'change'
  /** A number of articles; the amount beside it, if there is one, is often the total. */
  | 'count'
  /** Points, savings, heads of tables: no part of the sum. */
  | 'aside';

/** Words that give an amount its role. `weight`: how likely an amount so named is the one to be paid, 0 to 8. */
export interface AmountLabel {
  readonly role: AmountRole;
  readonly weight: number;
  readonly phrases: readonly string[];
  /** The language that it is of, if it means so in that one alone. */
  readonly language?: string;
}

const label = (role: AmountRole, weight: number, cell: string, meaning?: Meaning): AmountLabel[] => [
  { role, weight, phrases: phrases(cell) },
  ...(meaning === undefined ? [] : wordsFor(meaning).map((words) => ({ role, weight, ...words }))),
];

/**
 * The first label that a row matches gives its role, so what narrows a meaning stands before what it narrows:
 * "total excl. tax" before "total", "rounded total" before "rounding". What needs no such order is in `amount-words/`, by
 * language.
 */
export const AMOUNT_LABELS: readonly AmountLabel[] = [
  label(
    'aside',
    0,
    `tax invoice, gst id, gst no, gst reg*, gst registration*, vat no, vat reg*, vat id, tax id, tax no, tax code, sst no,
    sst id, sst reg*, company no, co no, reg no, ust id*, ust nr, steuer nr, steuernummer, tva intra*, n° tva, iva n, btw nr,
    gst summary, tax summary, sst summary, vat summary, summary, gst analysis, vat analysis, total saving*,
    saving*, you saved, point*, average, balance point, relief gst, card no, credit card no, account no, auth code,
    approval code, deposit balance, return value, regular price, reg price, list price, price before, was price, original price, sie sparen, ersparnis, vous économisez, ahorro, risparmio`,
    'aside',
  ),
  label(
    'total',
    8,
    `rounded total, total rounded, total after rounding, after rounding, amount rounded, total amt rounded,
    total round*, nett total rounded, rounded amount, total after adj, total after rounding adj, amount after rounding, arrondi à payer`,
  ),
  // The sum with tax, of which a plain "sum" on the same receipt is without.
  label('total', 8, '价税合计, 價稅合計, 含税合计, 含稅合計, 含税总额, 含税金额'),
  // What was handed over, though the words for a sum stand in it.
  label('paid', 0, 'お預り合計, お預かり合計, お預合計, 預り合計, お預り計, 預 現計, お預り 現計, 預り 現計'),
  label(
    'rounding',
    0,
    `rounding*, round adj, round off, roundoff, rndg adj, rnd adj, bill rounding, *rundung, arrondi*, redondeo,
    arrotondamento, arredondamento, afronding, *avrundning, avrunding, øreafrunding, zaokrąglenie, pembundaran, pembulatan, pelarasan`,
    'rounding',
  ),
  label(
    'discount',
    0,
    `discount*, disc, disc amt, total discount, less, rebate, voucher, coupon, promo, diskaun, potongan, diskon, rabatt,
    nachlass, remise, réduction, descuento, sconto, korting, desconto, 割引`,
    'discount',
  ),
  label(
    'count',
    1,
    `total qty, total quantity, qty, quantity, total item*, item count, qty count, no of items, items,
    items count, total pcs, anzahl, nombre, articles, anzahl artikel, artikel, articoli, aantal, kuantiti, 点数`,
    'count',
  ),
  label(
    'change',
    0,
    `change*, change due, cash change, balance return, baki, baki tunai, kembali*, rückgeld, zurück, wechselgeld, rendu,
    rendu monnaie, monnaie, cambio, cambio efectivo, resto, wisselgeld, troco, växel, tillbaka, reszta, お釣り, お釣, 找零`,
    'change',
  ),
  label(
    'subtotal',
    1,
    `total excl*, total sales excl*, excl gst, excl tax, excl vat, excluding*, exclude gst, without gst, without tax, before tax,
    before gst, net of tax, taxable amount, taxable, total before*, zwischensumme, netto*, total ht, montant ht, sous total, base imponible, base imp, imponibile,
    excl btw, ex btw, exkl moms, subtotal*, sub total*, subttl, sub ttl, sttl, gross amount, gross amt, gross total, total gross, subtotaal, subtotale, totale parziale,
    total sin iva, delsumma, delsum, podsuma, 小計, 小计`,
    'subtotal',
  ),
  label('tax', 0, 'service tax*, sales and service tax, sales & service tax'),
  label('tip', 0, 'tip, gratuity', 'tip'),
  label(
    'service',
    0,
    `service charge*, serv charge*, svc chg, svc charge, service, optional service*, caj perkhidmatan, bedienung, coperto, servizio`,
    'service',
  ),
  label(
    'total',
    7,
    `grand total, grandtotal, final total, amount due, amt due, total due, balance due, amount payable, amt payable, total payable,
    total amt payable, total amount payable, net payable, nett payable, bill amount, bill amt, bill total, to pay, to be paid, amount to be paid, please pay, total to pay, jumlah perlu dibayar, jumlah bayaran, jumlah besar,
    zu zahlen, zu zahlender betrag, zahlbetrag, endbetrag, endsumme, rechnungsbetrag, gesamtsumme, gesamtbetrag, à payer, net à payer, total à payer, montant dû, reste à payer,
    a pagar, total a pagar, importe total, da pagare, totale complessivo, importo pagato, importo dovuto, te betalen, totaal te betalen, valor a pagar, att betala,
    å betale, at betale, do zapłaty, suma pln, total bayar, total belanja, お支払額, 合計, 应付, 总计`,
    'due',
  ),
  label(
    'total',
    6,
    `total incl, total inc, total inclusive, total rm incl, total rm inclusive, total sales incl, total sales inclusive,
    total sales rm incl, total sales rm inclusive, total amt incl, total amt inclusive, total amt rm incl, total amount incl,
    total amount inclusive, total amount rm incl, total ttc, ttc, inclusive gst, inclusive of gst, with gst,
    total with tax, total mwst inkl, iva incluido, iva inclusa, incl btw, inkl mwst, inkl moms, nett total, net total, nett amount, net amount, net amt, nett amt, takeout total,
    eat in total, totaleuro, summe eur, total eur`,
  ),
  label(
    'tax',
    0,
    'total includ*, includes gst, gst included*, gst incl*, incl gst, incl vat, incl tax, includes vat*, vat included*',
  ),
  label('aside', 0, 'inclusive*'),
  label(
    'tax',
    0,
    `total gst, total tax, gst total, tax total, gst payable, gst amount, gst amt, tax amount, tax amt, gst*, sst, vat*, sales tax, state tax, local tax,
    tax, hst, pst, qst, cgst, sgst, igst, cukai, ppn, pb1, mwst*, ust, umsatzsteuer, enthaltene mwst, tva*, dont tva, iva*, igic, di cui iva, imposta, btw*, moms*, mva, ptu, dph, 消費税, 内税, 税额`,
    'tax',
  ),
  label(
    'total',
    5,
    `total amount, total amt, amount total, total sales, total sale, total rm, total bill, total price, invoice total, order total,
    jumlah rm, jumlah keseluruhan, total chf, total usd, total gbp, summe, gesamt, totale, totaal, importe, suma, razem, totalt, i alt, samlet`,
    'sum',
  ),
  label(
    'paid',
    0,
    `total tender*, total paid, amount paid, paid amount, amount tendered, cash, cashrm, tunai, tender*, tendered, paid, pay, payment, received, cash received, cash tendered, visa*, master*, mastercard, amex, american express, maestro,
    debit*, credit card, credit, credit sale, card, bank card, mydebit, bankcard, terminal, nets, touch n go, grabpay, boost, alipay, wechat*, paypal, apple pay, google pay, contactless, bar, bargeld, gegeben,
    bar gegeben, ec karte, ec cash, girocard, kartenzahlung, karte, espèces, carte*, cb, carte bancaire, reçu, efectivo, entregado, tarjeta, contanti, contante, pagamento, carta, contant, pin, betaald, dinheiro, cartão, kontant, kort,
    kontanter, gotówka, karta, お預り, 现金, 現金`,
    'paid',
  ),
  label('total', 4, 'total*, *total, jumlah*, montant, betrag, somme', 'total'),
  label('total', 3, 'net, nett, due, amount'),
].flat();

/** Words of labels, long enough to be known with one letter misread ("TOTEL", "CHENGE"). */
export const LABEL_WORDS: readonly string[] = phrases(`
  total, subtotal, amount, change, payable, rounding, adjustment, tendered, received, inclusive, discount, balance,
  jumlah, summe, gesamt, montant, importe, totale, totaal, gesamtbetrag, gesamtsumme, endbetrag, rechnungsbetrag,
  zwischensumme, subtotaal, subtotale, yhteensä, összesen, totalbelopp`);
