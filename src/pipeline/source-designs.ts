import type { ArchitectureInput } from '../cost/index.ts';
import type { Design } from '../experiment/index.ts';
import type { EntropySource } from '../inference/index.ts';
import { sourcePrice } from './source-price.ts';

/** Transfers whose copies differ in what they ask of the cells; one copy of them would be one draw. */
const drawing: readonly string[] = ['joint', 'mixture'];

/**
 * A design with another source of randomness and what belongs to it, on the same device and arrays and with the same posterior and number of
 * samples: sources that read or program one copy hold the moments of the posterior, one that adds noise at outputs its means. Its own
 * source stays as it is.
 */
export function designWith(source: EntropySource, design: Design, samples: number): Design {
  const { sampling, transfer } = design;
  if (sampling.entropy === source.name) return design;
  const { programming, limit, calibrationCopies } = transfer;
  const shared = { programming, limit, calibrationCopies };
  const other: Design = {
    ...design,
    sampling: source.schema.parse({ entropy: source.name, samples }) as Design['sampling'],
    transfer:
      source.name === 'output'
        ? { method: 'deterministic', point: 'mean', ...shared }
        : source.name !== 'frozen' && drawing.includes(transfer.method)
          ? { method: 'mean-field', ...shared }
          : transfer,
  };
  return { ...other, architecture: architectureWith(other) };
}

/** Fields of the process, which every architecture on silicon has. */
const common = ['node', 'voltage', 'temperature', 'control', 'rate', 'deadline', 'idle', 'refresh'] as const;

/** The architecture that realises the source of a design, on the process and terms of the one it names. */
function architectureWith(design: Design): Design['architecture'] {
  const { architecture } = design;
  if (!architecture) return undefined;
  const { kind } = sourcePrice(design);
  if (architecture.kind === kind) return architecture;
  const terms = architecture as Readonly<Record<string, unknown>>;
  const kept = common.filter(name => terms[name] !== undefined).map(name => [name, terms[name]]);
  return { kind, ...Object.fromEntries(kept) } as ArchitectureInput as Design['architecture'];
}
