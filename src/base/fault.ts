/** One thing that is wrong with the input. Message, console line, form field and JSON are renderings of this record. */
export interface Fault {
  /** The file as the user named it; absent where the input is no file, or not known yet. */
  readonly file?: string;
  /** Where in the file or among the options: `['hardware', 'array', 'rows']`; empty for the whole. */
  readonly path: readonly (string | number)[];
  /** What must hold, or what is the matter: `must be at least 1`. */
  readonly rule: string;
  /** What was found, in a form that JSON can carry. */
  readonly value?: unknown;
  /** The way out: `leave it out`, `did you mean 'nuts'?`. */
  readonly hint?: string;
}

/**
 * One line: `file: path.to.field: rule, got value; hint.` A text that the rule quotes already is not said again. Control
 * characters, which names inside files may hold, become spaces.
 */
export function faultText({ file, path, rule, value, hint }: Fault): string {
  const quoted = typeof value === 'string' && rule.includes(`'${brief(value)}'`);
  const found = value === undefined || quoted ? '' : `, got ${shown(value)}`;
  const text = [
    ...(file === undefined ? [] : [file]),
    ...(path.length === 0 ? [] : [path.join('.')]),
    `${rule}${found}${hint === undefined ? '' : `; ${hint}`}`,
  ].join(': ');
  return `${text}${/[.?]$/.test(text) ? '' : '.'}`.replaceAll(/\p{Cc}+/gu, ' ');
}

/** The fault with a value that structured clones and JSON carry unchanged. */
export function portable(fault: Fault): Fault {
  const { value, ...rest } = fault;
  return value === undefined ? rest : { ...rest, value: portableValue(value) };
}

/** Numbers that JSON lacks, as they are written. */
const notFinite: readonly unknown[] = ['NaN', 'Infinity', '-Infinity'];

/** Characters of a value that are kept at most, and shown at most. */
const [mostKept, mostShown] = [1000, 60];

function portableValue(value: unknown): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return cut(value, mostKept);
  const text = jsonOf(value);
  return text.length > mostKept ? cut(text, mostKept) : (JSON.parse(text) as unknown);
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? JSON.stringify(String(value));
  } catch {
    // Nested too deeply, or holding itself.
    return JSON.stringify(Array.isArray(value) ? '[…]' : typeof value === 'object' ? '{…}' : String(value));
  }
}

/** A text of people's as a rule quotes it: its beginning. */
export const brief = (text: string): string => cut(text, mostShown);

function shown(value: unknown): string {
  const text = typeof value === 'string' && !notFinite.includes(value) ? `'${value}'` : written(value);
  return cut(text, mostShown);
}

const written = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 3)}…` : text);
