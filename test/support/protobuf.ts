/** All values of one field of a Protocol Buffers message: numbers for varints, bytes for the rest. */
export function protobufFields(bytes: Uint8Array, field: number): (number | Uint8Array)[] {
  const out: (number | Uint8Array)[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    let value: number | Uint8Array;
    if ((tag & 7) === 0) value = varint();
    else {
      const length = (tag & 7) === 5 ? 4 : varint();
      value = bytes.subarray(at, at + length);
      at += length;
    }
    if (tag >> 3 === field) out.push(value);
  }
  return out;
}
