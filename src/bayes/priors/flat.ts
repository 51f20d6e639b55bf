import type { Prior } from './prior.ts';

/** A constant: of weights whose prior is part of the method, such as signs. */
export const flat: Prior = {
  kind: 'flat',
  gaussian: null,
  add: () => 0,
  draw: (_key, out) => {
    out.fill(0);
  },
};
