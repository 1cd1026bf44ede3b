import { phrases } from './phrases.ts';

/** Heads of the columns over a list of things bought. Two of them make a heading. */
export const ITEM_HEADINGS: readonly string[] = phrases(`
  item, items, description, desc, qty, qnty, quantity, price, u/p, u.price, unit price, s/price, unit, amount, amt, total, disc, tax, code, rm, uom, no, product, artikel, bezeichnung, menge, preis, betrag, einzelpreis,
  gesamt, désignation, article, qté, prix, pu, montant, descripción, cantidad, cant, precio, importe, descrizione, quantità, prezzo, importo, omschrijving, aantal, prijs, bedrag, barang, harga, jumlah, kuantiti`);

/** Rows among the things bought that describe none of them. */
export const ITEM_NOISE: readonly string[] = phrases(`
  cashier*, date, tarikh, invoice*, receipt*, tel, gst id, gst no, table, order no, bill no, doc no, salesperson, customer, member, counter, terminal, thank*, ref, pax*, tax invoice, page, operator, order#, time, station`);
