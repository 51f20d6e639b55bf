/** Writes messages in the Protocol Buffers wire format, fields in the order given. */
export class Message {
  private readonly parts: Uint8Array[] = [];

  /** A whole number, as int32, int64 or enum. */
  int(field: number, value: number): this {
    this.parts.push(varint(field * 8), varint(value));
    return this;
  }

  /** Single precision. */
  float(field: number, value: number): this {
    this.parts.push(varint(field * 8 + 5), new Uint8Array(new Float32Array([value]).buffer));
    return this;
  }

  /** A text, bytes or another message. */
  bytes(field: number, value: string | Uint8Array | Message): this {
    const data =
      typeof value === 'string' ? new TextEncoder().encode(value) : value instanceof Message ? value.encode() : value;
    this.parts.push(varint(field * 8 + 2), varint(data.length), data);
    return this;
  }

  encode(): Uint8Array {
    const out = new Uint8Array(this.parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}

function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    out.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(out);
}
