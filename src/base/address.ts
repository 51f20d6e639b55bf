import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Name of a result by what made it, or of bytes by what they are: 128 bits in hexadecimal. */
export type Address = string;

/**
 * JSON of a plain value in one spelling: keys sorted, fields that are undefined left out, −0 as 0. Refuses what JSON would
 * change without a word: numbers that are not finite, functions, class instances.
 */
export function canonical(value: unknown): string {
  return spell(value);
}

/** Where a value stands: its name in what is one level up. */
interface Place {
  readonly up?: Place;
  readonly name: string | number;
}

const pathOf = ({ up, name }: Place): string => (up ? `${pathOf(up)}.${name}` : `${name}`);

function spell(value: unknown, at?: Place): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value === 0 ? 0 : value);
  if (Array.isArray(value)) return `[${value.map((entry, name) => spell(entry, { up: at, name })).join(',')}]`;
  const prototype = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== null && prototype !== Object.prototype) {
    throw new Error(`internal: ${at ? pathOf(at) : 'a value'} cannot be named, got ${String(value)}`);
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(fields).sort();
  let all = '';
  for (const name of names) {
    if (fields[name] === undefined) continue;
    all += `${all ? ',' : ''}${JSON.stringify(name)}:${spell(fields[name], { up: at, name })}`;
  }
  return `{${all}}`;
}

/** A running SHA-256. */
interface Hash {
  update(bytes: Uint8Array): void;
  hex(): string;
}

/** The platform's own hash, ten times faster, where there is Node; a page has one in plain code. */
const crypto = globalThis.process?.getBuiltinModule?.('node:crypto');

function openHash(): Hash {
  const hash = crypto ? crypto.createHash('sha256') : sha256.create();
  return {
    update: bytes => void hash.update(bytes),
    hex: () => bytesToHex(hash.digest()).slice(0, 32),
  };
}

/** The address of a plain value. */
export function addressOf(value: unknown): Address {
  const hash = openHash();
  hash.update(new TextEncoder().encode(canonical(value)));
  return hash.hex();
}

/** The address of arrays by their bytes, one after the other, each with its length; absent ones count as such. */
export function contentAddress(...parts: readonly (ArrayBufferView | undefined)[]): Address {
  const hash = openHash();
  for (const part of parts) {
    hash.update(new TextEncoder().encode(part ? `${part.byteLength};` : '-;'));
    if (part) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  return hash.hex();
}
