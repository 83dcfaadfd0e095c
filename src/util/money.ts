/** An amount of money for people: "12.40 USD"; below 1 with two figures, "0.0042 USD". */
export function money(amount: number, currency: string): string {
  const digits = amount >= 1 || amount === 0 ? 2 : Math.min(6, 1 - Math.floor(Math.log10(amount)))
  return `${amount.toFixed(digits)} ${currency}`
}
