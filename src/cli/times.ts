import { insist, parseQuantity } from '../base/index.ts';

/** Times as typed, such as `1h,1d`, in seconds. */
export function timesOf(list: string | boolean | undefined, option: string): number[] {
  return String(list)
    .split(',')
    .map(text => {
      const time = parseQuantity(text.trim(), 'time', option);
      insist(time >= 0, { path: [option], rule: 'must be 0 or later, since programming', value: text });
      return time;
    });
}
