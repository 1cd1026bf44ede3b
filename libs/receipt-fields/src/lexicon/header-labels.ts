import { phrases } from './phrases.ts';

/** Words that begin or fill a row at the top of a receipt which is neither name nor address. */
export const NOT_A_NAME: readonly string[] = phrases(`
  tel, tel no, telp, telephone, telefon, téléphone, phone, ph, fax, faks, h/p, hp, mobile, whatsapp*, hotline, careline, email, e-mail, website, web, http*, www*, facebook*,
  instagram, gst*, sst*, vat, tax, tax invoice, invoice*, receipt, receipt no, resit, rechnung, quittung, beleg, facture, ticket, factura, scontrino, bon, kassabon, bill, bill no, bill to, cash sale*, cash bill, credit sale, sales
  receipt, official receipt, cashier, date, tarikh, datum, time, masa, uhrzeit, table, order*, terminal, pos, operator, customer, guest*, pax, member*, doc no, document no, document, ref, ref no, reference, thank*, terima kasih, danke, merci, gracias,
  grazie, welcome, selamat datang, item, items, description, qty, price, salesperson, server, waiter, counter, site, copy, duplicate, original, reprint, goods sold*, returnable*, promo, open, opening hours, business hours,
  feedback, please, visit us, follow us, self collect, take away, dine in, eat in,  ust-id*, ust-idnr, steuernummer, siret, siren, tva, nif, cif, p.iva, partita iva, btw, kvk, abn, gstin, npwp, cnpj, trn, uen`);

/** Words before a number by which a company is registered. */
export const REGISTRATION: readonly string[] = phrases(`
  reg*, reg no, roc, roc no, co reg, co no, co reg no, company no, company reg*, comp no, company registration no, business reg*, br no, brn, ssm, gst id, gst reg*, gst no, sst id, vat no, abn,
  gstin, uen, siret, siren, rcs, hrb, handelsregister, nif, cif, p.iva, kvk, cnpj, npwp, tin, ein, trn, fssai, id no, lesen, licen*`);

/** Words before the company that owns the shop whose name stands above. */
export const OWNERS: readonly string[] = phrases(`
  owned by, owner by, managed by, manage by, operated by, operator, dimiliki, dimiliki oleh, diuruskan oleh, milik, licensee, franchisee, franchise of, a division of,
  subsidiary of, formerly known as, formerly, inhaber, inh.`);
