/** A number as people read it: up to four significant digits, powers of ten beyond 10⁵ and below 10⁻³, a true minus. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return minus(value.toLocaleString('en-US'));
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) {
    const [mantissa, exponent] = value.toExponential(Math.min(2, digits - 1)).split('e') as [string, string];
    return `${minus(mantissa)}·10${superscript(Number(exponent))}`;
  }
  const decimals = Math.max(0, digits - 1 - Math.max(-1, Math.floor(Math.log10(size))));
  return minus(value.toFixed(Math.min(digits, decimals)));
}

const minus = (text: string) => text.replace('-', '−');
const superscript = (value: number) =>
  minus(`${value}`).replace(/./g, digit => '⁰¹²³⁴⁵⁶⁷⁸⁹'['0123456789'.indexOf(digit)] ?? '⁻');
