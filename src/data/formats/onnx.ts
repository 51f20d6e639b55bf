import { Message } from './protobuf.ts';

/** Versions of the file format and of the operators: ONNX 1.8 and later read them. */
const IR_VERSION = 7;
const OPERATORS = 13;
const FLOAT = 1;
const INT64 = 7;

/** What an attribute holds: a list of whole numbers, one whole number, or one number in single precision. */
export type OnnxAttribute = readonly number[] | { readonly int: number } | { readonly float: number };

/** The ends of a graph: both arrays have the batch as their first axis, which the shapes leave out. */
export interface OnnxEnds {
  readonly name: string;
  readonly inputShape: readonly number[];
  readonly outputs: number;
  /** Texts for the model's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * A graph of ONNX operators (onnx.proto, operator set 13), built node by node from its one input, `input`
 * [N, …inputShape], to its one output, `logits` [N, outputs], both in single precision.
 */
export class OnnxGraph {
  private readonly nodes: Message[] = [];
  private readonly constants: Message[] = [];

  /** A fixed array in single precision, or of whole numbers; returns the name of its value. */
  constant(name: string, shape: readonly number[], data: Float32Array | BigInt64Array): string {
    const message = new Message();
    for (const length of shape) message.int(1, length);
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    message.int(2, data instanceof Float32Array ? FLOAT : INT64);
    this.constants.push(message.bytes(8, name).bytes(9, raw));
    return name;
  }

  /** Applies an operator to values by their names; returns the name of what it gives. */
  node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    output = `value${this.nodes.length}`,
  ): string {
    const message = new Message();
    for (const input of inputs) message.bytes(1, input);
    message.bytes(2, output).bytes(3, `${type}${this.nodes.length}`).bytes(4, type);
    for (const [name, value] of Object.entries(attributes)) message.bytes(5, attribute(name, value));
    this.nodes.push(message);
    return output;
  }

  /** The file, in which `result` is the value that becomes the output. */
  encode(result: string, { name, inputShape, outputs, metadata }: OnnxEnds): Uint8Array {
    this.node('Identity', [result], {}, 'logits');
    const graph = new Message();
    for (const node of this.nodes) graph.bytes(1, node);
    graph.bytes(2, name);
    for (const constant of this.constants) graph.bytes(5, constant);
    graph.bytes(11, valueInfo('input', inputShape)).bytes(12, valueInfo('logits', [outputs]));
    const model = new Message().int(1, IR_VERSION).bytes(2, 'posterohm').bytes(7, graph);
    model.bytes(8, new Message().bytes(1, '').int(2, OPERATORS));
    for (const [key, value] of Object.entries(metadata)) model.bytes(14, new Message().bytes(1, key).bytes(2, value));
    return model.encode();
  }
}

function attribute(name: string, value: OnnxAttribute): Message {
  const message = new Message().bytes(1, name);
  if ('float' in value) return message.float(2, value.float).int(20, 1);
  if ('int' in value) return message.int(3, value.int).int(20, 2);
  for (const entry of value) message.int(8, entry);
  return message.int(20, 7);
}

/** A single-precision array whose first axis is the batch. */
function valueInfo(name: string, shape: readonly number[]): Message {
  const dimensions = new Message().bytes(1, new Message().bytes(2, 'N'));
  for (const length of shape) dimensions.bytes(1, new Message().int(1, length));
  const type = new Message().bytes(1, new Message().int(1, FLOAT).bytes(2, dimensions));
  return new Message().bytes(1, name).bytes(2, type);
}
