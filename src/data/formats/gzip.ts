import { gunzipSync } from 'fflate';
import { InputError } from '../../base/index.ts';
import { crc32 } from './crc32.ts';
import { LARGEST_RATIO } from './zip.ts';

/** The bytes themselves, or their contents where they are gzipped; length and checksum are verified. */
export function gunzipped(bytes: Uint8Array, name: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const fail = () => new InputError(`${name}: is a damaged or incomplete gzip file; copy or download it again.`);
  if (bytes.length < 18) throw fail();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(bytes.length - 4, true);
  if (size > bytes.length * LARGEST_RATIO) throw fail();
  let data: Uint8Array;
  try {
    data = gunzipSync(bytes);
  } catch {
    throw fail();
  }
  if (data.length !== size || crc32(data) !== view.getUint32(bytes.length - 8, true)) throw fail();
  return data;
}
