import { extname } from 'node:path';
import { lookUp } from '../../base/index.ts';
import { exportFormats } from '../../bayes/index.ts';
import { layouts } from '../../data/index.ts';
import { openAgain } from '../experiment.ts';
import type { Verb } from '../verb.ts';
import { writeOut } from '../write-file.ts';

export const exportPosterior: Verb = {
  options: [
    {
      flags: '--format <name>',
      summary: `${Object.values(exportFormats)
        .map(({ name, about }) => `${name} (${about})`)
        .join('; ')}; by default as the file of --out ends, else safetensors`,
    },
    {
      flags: '--layout <name>',
      summary:
        'how weights are arranged: input-first (as posterohm has them, the default), output-first (PyTorch) or channels-last (Flax)',
    },
  ],
  examples: [
    'export posterior runs/moons --out posterior.npz',
    'export posterior runs/moons --format safetensors --layout output-first --out torch.safetensors',
    'export posterior runs/moons --format onnx --out mean.onnx',
  ],
  async run([path], options, shell) {
    const { out, ...rest } = shell;
    const ending = extname(out ?? '').slice(1);
    const asked = options.format ?? (Object.hasOwn(exportFormats, ending) ? ending : 'safetensors');
    const format = lookUp(exportFormats, String(asked), '--format');
    const layout = lookUp(layouts, String(options.layout ?? 'input-first'), '--layout');
    const { run } = await openAgain(path!, rest, options);
    const { model, data, experiment, own } = run.subject;
    const { posterior } = await own.get('training', {}, shell.job('train'));
    const list = (values: ArrayLike<number>) => JSON.stringify(Array.from(values));
    const { inputScale, targetScale, outputNames } = data;
    const metadata = {
      outputs: JSON.stringify(outputNames),
      ...(inputScale && { inputMean: list(inputScale.mean), inputStd: list(inputScale.std) }),
      ...(targetScale && { targetMean: list(targetScale.mean), targetStd: list(targetScale.std) }),
    };
    const bytes = format.encode(posterior, model.network, { layout, metadata });
    const file = out ?? `${experiment.name}.${format.name}`;
    await writeOut(file, bytes, shell);
    const { kind, method, size } = posterior;
    return {
      document: { file, format: format.name, layout, bytes: bytes.length, kind, method, weights: size },
      text: `Wrote ${file}: ${format.about}; ${size.toLocaleString('en-US')} weights, ${method}.`,
    };
  },
};
