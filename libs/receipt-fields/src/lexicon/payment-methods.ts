import { phrases } from './phrases.ts';

/** Ways to pay, by the value that the receipt gets. The first that a row matches counts: brands before kinds. */
export const PAYMENT_METHODS: readonly { readonly method: string; readonly phrases: readonly string[] }[] = [
  { method: 'visa', phrases: phrases('visa, visa card, visa debit, visa credit') },
  { method: 'mastercard', phrases: phrases('mastercard, master card, master') },
  { method: 'amex', phrases: phrases('amex, american express') },
  { method: 'girocard', phrases: phrases('girocard, ec karte, ec cash, electronic cash, ec kartenzahlung') },
  { method: 'maestro', phrases: phrases('maestro, v pay, vpay') },
  { method: 'jcb', phrases: phrases('jcb') },
  { method: 'unionpay', phrases: phrases('unionpay, union pay, 银联') },
  { method: 'apple pay', phrases: phrases('apple pay, applepay') },
  { method: 'google pay', phrases: phrases('google pay, gpay, googlepay') },
  { method: 'paypal', phrases: phrases('paypal') },
  { method: 'alipay', phrases: phrases('alipay, 支付宝') },
  { method: 'wechat pay', phrases: phrases('wechat, wechat pay, weixin, 微信') },
  { method: 'grabpay', phrases: phrases('grabpay, grab pay') },
  { method: 'touch n go', phrases: phrases("touch n go, touch'n go, tng, tngd") },
  { method: 'boost', phrases: phrases('boost') },
  { method: 'upi', phrases: phrases('upi, paytm, phonepe') },
  { method: 'twint', phrases: phrases('twint') },
  { method: 'swish', phrases: phrases('swish') },
  {
    method: 'debit card',
    phrases: phrases(
      'debit, debit card, mydebit, tarjeta de débito, carta di debito, pin, bancontact, dankort, nets, interac',
    ),
  },
  {
    method: 'credit card',
    phrases: phrases(
      'credit card, credit, kreditkarte, carte de crédit, tarjeta de crédito, carta di credito',
    ),
  },
  {
    method: 'card',
    phrases: phrases(
      'card, contactless, kontaktlos, sans contact, karte, kartenzahlung, carte, carte bancaire, cb, tarjeta, carta, kaart, kort, karta, cartão, terminal, クレジット',
    ),
  },
  { method: 'cheque', phrases: phrases('cheque, check payment, scheck, chèque') },
  { method: 'voucher', phrases: phrases('gift card, gift voucher, gutschein, voucher') },
  {
    method: 'cash',
    phrases: phrases(
      'cash*, tunai, bar, bargeld, bar gegeben, espèces, efectivo, contanti, contante, contant, dinheiro, kontant, kontanter, gotówka, お預り, 现金, 現金',
    ),
  },
];

/** What names a payment. */
export const PAYMENT_LABELS: readonly string[] = phrases(
  'payment*, pay, paid, zahlung*, betaling, pago, paiement, pagamento, tender*',
);

/** Titles, posts and offers that hold the word for a means of payment. */
export const NOT_A_PAYMENT: readonly string[] = phrases(`
  cash sale*, cash bill, cash inv*, cash memo, no cash, cash refund*, cashier*, cash & carry, cash and carry, member card,
  loyalty card, petty cash, cash discount`);
