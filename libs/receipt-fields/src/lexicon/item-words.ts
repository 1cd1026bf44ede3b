import { phrases } from './phrases.ts';

/** Heads of the columns over a list of things bought. Two of them make a heading. */
export const ITEM_HEADINGS: readonly string[] = phrases(`
  item, items, description, desc, qty, qnty, quantity, price, u/p, u.price, unit price, s/price, unit, amount, amt, total, disc, tax, code, rm, uom, no, product, artikel, bezeichnung, menge, preis, betrag, einzelpreis,
  gesamt, désignation, article, qté, prix, pu, montant, descripción, cantidad, cant, precio, importe, descrizione, quantità, prezzo, importo, omschrijving, aantal, prijs, bedrag, barang, harga, jumlah, kuantiti,
  anz, mg, gesamt, uds, cantidad, importe, total, qtd, valor, qta, prezzo, antal, belopp, vare, antall, beløb, beløp, tuote, määrä, hinta, nazwa, ilość, cena, wartość,
  položka, množ, množství, megnevezés, menny, ár, érték, produs, cant, preț, valoare, naziv, kol, količina, cijena, iznos, artikl, znesek, prekė, kiekis, kaina, suma, toode, kogus,
  ürün, adet, fiyat, tutar, tên hàng, sl, đơn giá, t.tiền, thành tiền, mặt hàng, 品名, 数量, 單價, 单价, 金额, 金額, 數量, 商品, 商品名, 단가, 상품명, 수량, 금액, 품목, รายการ, จำนวน, ราคา,
  наименование, кол во, цена, сумма, назва, к сть, ціна, сума, артикул, кол, цена, назив, укупно, είδος, ποσ, αξία, τιμή, פריט, כמות, מחיר, סכום, الصنف, الكمية, السعر, المبلغ, विवरण, मात्रा, दर, राशि,
  particulars, rate, hsn, mrp, sr, s.no, sl, qte, pu ttc, p.u, uds, ud`);

/** Rows among the things bought that describe none of them. */
export const ITEM_NOISE: readonly string[] = phrases(`
  cashier*, date, tarikh, invoice*, receipt*, tel, gst id, gst no, table, order no, bill no, doc no, salesperson, customer, member, counter, terminal, thank*, ref, pax*, tax invoice, page, operator, order#, time, station`);

/** Rows of opening hours, whose times look like prices. */
export const OPENING_HOURS: readonly string[] = phrases(`
  opening hours, business hours, öffnungszeiten, uhr, mo sa, mo fr, mo so, mon fri, mon sat, mon sun, horaires, horario, orario, openingstijden, öppettider, åpningstider, åbningstider,
  aukioloajat, godziny, otevírací doba, nyitvatartás, orar, program, radno vrijeme, pon sub, pon pet, lun sam, lun ven, lun sab, lun vie, ma vr, man fre, mån fre, часы работы`);
