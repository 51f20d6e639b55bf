import { useSyncExternalStore } from 'react';
import { type Address, linkTo, readAddress } from './address-text.ts';

export { linkTo, numberIn } from './address-text.ts';

export const go = (room: string, about?: string, choices?: Address['choices']): void => {
  location.hash = linkTo(room, about, choices);
};

/** Changes choices of the address in place; an empty text takes one out. */
export function choose(changes: Address['choices']): void {
  const { room, about, choices } = readAddress(location.hash);
  const all = Object.entries({ ...choices, ...changes }).filter(([, value]) => value !== '');
  history.replaceState(null, '', linkTo(room, about, Object.fromEntries(all)));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

const listen = (hear: () => void) => {
  addEventListener('hashchange', hear);
  return () => removeEventListener('hashchange', hear);
};

/** The present address; whoever uses it is shown anew when it changes. */
export const useAddress = (): Address => readAddress(useSyncExternalStore(listen, () => location.hash));
