/** Where in the studio a page is: `#/room/what/it/is/about?choice=1`. */
export interface Address {
  /** Empty for home. */
  readonly room: string;
  /** What the room is about, such as the path of a run; may be empty. */
  readonly about: string;
  /** Choices that are part of the address. */
  readonly choices: Readonly<Record<string, string>>;
}

/** The text of an address behind the page's own. */
export function linkTo(room: string, about = '', choices: Address['choices'] = {}): string {
  const path = [room, ...about.split('/')].filter(Boolean).map(encodeURIComponent).join('/');
  const query = new URLSearchParams(choices).toString();
  return `#/${path}${query && `?${query}`}`;
}

export function readAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [room = '', ...about] = path.split('/').map(decoded);
  return { room, about: about.join('/'), choices: Object.fromEntries(new URLSearchParams(query)) };
}

/** A choice as a number between bounds; `otherwise` where there is none or it is no number. */
export function numberIn(
  choice: string | undefined,
  otherwise: number,
  least = Number.NEGATIVE_INFINITY,
  most = Number.POSITIVE_INFINITY,
): number {
  const number = choice ? Number(choice) : Number.NaN;
  return Number.isFinite(number) ? Math.min(most, Math.max(least, number)) : otherwise;
}

/** A part of an address, as it stands where somebody has written what cannot be decoded. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
