import { InputError } from '../../base/index.ts';

/**
 * Refuses files that hold pickled Python objects: reading them would run code from the file. Recognised are bare
 * pickles of protocol 2 and later and PyTorch's archives, which contain a `data.pkl`. (A safetensors file may begin
 * with the same two bytes, but bytes 4 to 7 of its header's length are always zero.)
 */
export function refusePickle(bytes: Uint8Array, name: string): void {
  const bare = bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5 && bytes.subarray(4, 8).some(byte => byte !== 0);
  if (bare || (isZip(bytes) && contains(bytes, 'data.pkl'))) throw pickled(name);
}

export function pickled(name: string): InputError {
  return new InputError(
    `${name}: holds pickled Python objects, which can run code when read; convert it once in Python: ` +
      `safetensors.torch.save_file(torch.load(path, weights_only=True)${/\.ckpt$/i.test(name) ? "['state_dict']" : ''}, 'posterior.safetensors') or numpy.savez(path, **arrays).`,
  );
}

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/** Whether an ASCII text stands in the first 64 KiB or the last 64 KiB (where archives keep their directory). */
function contains(bytes: Uint8Array, text: string): boolean {
  const decoder = new TextDecoder('latin1');
  return [bytes.subarray(0, 65536), bytes.subarray(-65536)].some(part => decoder.decode(part).includes(text));
}
