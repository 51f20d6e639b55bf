import type { ArchitectureInput } from '../cost/index.ts';
import type { Design } from '../experiment/index.ts';
import type { EntropySource } from '../inference/index.ts';
import { convertsSums, sourcePrice } from './source-price.ts';

/** Transfers of which one copy would be one draw or no posterior. */
const drawing: readonly string[] = ['joint', 'mixture', 'marginal', 'deterministic'];

/**
 * A design with another source of randomness and what belongs to it, on the same device and arrays and with the same posterior and number of
 * samples: sources that read or program one copy hold the moments of the posterior, one that adds noise at outputs its means. Its own
 * source stays as it is, but takes all samples as the others do.
 */
export function designWith(source: EntropySource, design: Design, samples: number): Design {
  if (design.sampling.entropy === source.name) {
    const { stopping: _stopping, ...sampling } = design.sampling;
    return { ...design, sampling: sampling as Design['sampling'] };
  }
  const other: Design = {
    ...design,
    sampling: source.schema.parse({ entropy: source.name, samples }) as Design['sampling'],
    ...hardwareFor(source.name, design),
    transfer: transferFor(source.name, design),
  };
  const read = convertsSums(other) ? other : withoutSteps(other);
  return { ...read, architecture: architectureWith(read) };
}

/** A design without what it says of sums that are converted step by step. */
function withoutSteps(design: Design): Design {
  const { rowsPerConversion: _steps, ...array } = design.hardware.array;
  return { ...design, hardware: { ...design.hardware, array } };
}

/** How the posterior becomes targets of cells for a source that is not the design's own. */
function transferFor(source: string, { transfer, posterior }: Design): Design['transfer'] {
  const { programming, limit, calibrationCopies, method } = transfer;
  const shared = { programming, limit, calibrationCopies };
  if (source === 'binary') return { method: 'threshold', ...shared };
  const copies = source === 'frozen' || source === 'frozen-read';
  if (posterior.method === 'bernoulli' || (copies && method === 'deterministic')) return { method: 'joint', ...shared };
  if (source === 'output' || source === 'switching') return { method: 'deterministic', point: 'mean', ...shared };
  return !copies && drawing.includes(method) ? { method: 'mean-field', ...shared } : transfer;
}

/** A cell against a reference where signs are read from it, pairs of cells that are fully on or off where they are held. */
function hardwareFor(source: string, { hardware, sampling }: Design): Pick<Design, 'hardware'> {
  const { cellsPerWeight: _cells, mappings: _mappings, ...rest } = hardware;
  if (source === 'binary') return { hardware: { ...rest, mapping: { mapping: 'offset' } } };
  return sampling.entropy === 'binary' ? { hardware: { ...rest, mapping: { mapping: 'binary' } } } : { hardware };
}

/** Fields of the process, which every architecture on silicon has. */
const common: readonly string[] = ['node', 'voltage', 'temperature', 'control', 'rate', 'deadline', 'idle', 'refresh'];

/** The architecture that realises the source of a design, on the process and terms of the one it names, without what the source decides. */
function architectureWith(design: Design): Design['architecture'] {
  const { architecture } = design;
  if (!architecture) return undefined;
  const { kind, fields = {} } = sourcePrice(design);
  const same = architecture.kind === kind;
  const kept = Object.entries(architecture).filter(([name]) => (same ? !(name in fields) : common.includes(name)));
  return { kind, ...Object.fromEntries(kept) } as ArchitectureInput as Design['architecture'];
}
