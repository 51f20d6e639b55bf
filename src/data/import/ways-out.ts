import { InputError } from '../../base/index.ts';
import { listed } from './tensors.ts';

/** A file of a tool that is not read, told by its first bytes or its name, and what to do in that tool. */
interface ForeignFile {
  readonly what: string;
  readonly is: (start: string, name: string) => boolean;
  readonly todo: string;
}

const hdf5 = '\x89HDF\r\n\x1a\n';

const files: readonly ForeignFile[] = [
  {
    what: 'is a netCDF file, as ArviZ writes them',
    is: (start, name) => start.startsWith(hdf5) && /\.(nc|nc4|netcdf)$/i.test(name),
    todo: 'numpy.savez(path, **{name: site.values for name, site in idata.posterior.items()}), arrays [chains, draws, …]',
  },
  {
    what: 'is a model of Keras',
    is: (start, name) => start.startsWith(hdf5) || /\.keras$/i.test(name),
    todo: 'numpy.savez(path, **{weight.path: weight.numpy() for weight in model.weights})',
  },
  {
    what: 'is a model of TensorFlow Lite',
    is: start => start.slice(4, 8) === 'TFL3',
    todo: 'numpy.savez(path, **{weight.path: weight.numpy() for weight in model.weights}) of the Keras model that it was made of',
  },
  {
    what: 'is an ONNX model, which names operators and no layers',
    is: (_, name) => /\.onnx$/i.test(name),
    todo: 'import the state dictionary of the network that it was exported from, or numpy.savez(path, **{w.name: onnx.numpy_helper.to_array(w) for w in model.graph.initializer})',
  },
  {
    what: 'holds draws of Stan',
    is: (start, name) => /\.csv$/i.test(name) && /^(#.*\n)*(#|lp__)/.test(start),
    todo: 'numpy.savez(path, **fit.stan_variables()) in CmdStanPy',
  },
];

/** Refuses a file of a tool that is known and not read, with what to do there. */
export function refuseFile(bytes: Uint8Array, name: string): void {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 4096));
  const found = files.find(({ is }) => is(start, name));
  if (found) {
    throw new InputError(`${name}: ${found.what}; save its arrays in Python: ${found.todo}.`);
  }
}

/** Arrays of parts that no layer of ours computes, or that are no weights yet, told by their names. */
const parts: ReadonlyArray<{ readonly what: string; readonly pattern: RegExp; readonly todo: string }> = [
  {
    what: 'adapters beside the weights (LoRA)',
    pattern: /(^|\.)lora_[AB](\.|$)/,
    todo: 'multiply them in before saving: model.merge_and_unload() in PEFT',
  },
  {
    what: 'weights of a quantised network',
    pattern: /(^|\.)(_packed_params(\._packed_params)?|zero_point|qweight|qzeros)$/,
    todo: 'save the network before quantisation, since the arrays quantise it again (hardware.inputBits, outputBits, mapping slices)',
  },
  {
    what: 'a recurrent layer',
    pattern: /(^|[./])(weight|bias)_(ih|hh)(_l\d+\w*)?$|(^|[./])recurrent_kernel$/,
    todo: 'there are dense, convolutional and residual layers: bring the part behind it alone, on the features it gives',
  },
  {
    what: 'attention',
    pattern: /(^|\.)(in_proj_(weight|bias)|[qkv]_proj(_weight|\.weight))$/,
    todo: 'there are dense, convolutional and residual layers: bring the part behind it alone, on the features it gives',
  },
  {
    what: 'one vector for all weights, as AutoDiagonalNormal, AutoMultivariateNormal and AutoLowRankMultivariateNormal have it',
    pattern:
      /^(auto|AutoDiagonalNormal|AutoMultivariateNormal|AutoLowRankMultivariateNormal)[._](loc|scale|scale_tril|cov_factor)$/,
    todo: 'save draws by site: numpy.savez(path, **guide.sample_posterior(key, params, sample_shape=(100,))) in NumPyro, Predictive(model, guide=guide, num_samples=100)(x) in Pyro',
  },
  {
    what: 'posteriors of TensorFlow Probability',
    pattern: /_posterior_(loc|untransformed_scale)$/,
    todo: "save the kernel's and the bias' loc as mean/0.weight, mean/0.bias, … and softplus(untransformed_scale) as std/0.weight, …, which is the format posterohm",
  },
];

/** Refuses arrays that are known and have no place, with what to do in the tool that they are of. */
export function refuseParts(names: readonly string[], file: string): void {
  for (const { what, pattern, todo } of parts) {
    const found = names.filter(name => pattern.test(name));
    if (found.length > 0) throw new InputError(`${file}: ${listed(found, 3)} belong to ${what}; ${todo}.`);
  }
}
