import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Name of a result by what made it, or of bytes by what they are: 128 bits in hexadecimal. */
export type Address = string;

/**
 * JSON of a plain value in one spelling: keys sorted, fields that are undefined left out, −0 as 0. Refuses what JSON would
 * change without a word: numbers that are not finite, functions, class instances.
 */
export function canonical(value: unknown): string {
  return spell(value, []);
}

function spell(value: unknown, path: readonly (string | number)[]): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value === 0 ? 0 : value);
  if (Array.isArray(value)) return `[${value.map((entry, i) => spell(entry, [...path, i])).join(',')}]`;
  const prototype = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (prototype === null || prototype === Object.prototype) {
    const fields = Object.entries(value as Readonly<Record<string, unknown>>)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, entry]) => `${JSON.stringify(name)}:${spell(entry, [...path, name])}`);
    return `{${fields.join(',')}}`;
  }
  throw new Error(`internal: ${path.join('.') || 'a value'} cannot be named, got ${String(value)}`);
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
