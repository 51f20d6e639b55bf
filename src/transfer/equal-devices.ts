import { InputError } from '../base/index.ts';
import { devicesPerWeight, type Mapping } from '../crossbar/index.ts';
import type { DevicesPerWeight } from '../device/index.ts';

/** Devices that share a weight of each matrix evenly, for methods that reckon with their spread; refuses mappings where they do not. */
export function equalDevices(method: string, mappings: readonly Mapping[]): readonly DevicesPerWeight[] {
  return mappings.map(mapping => {
    const devices = devicesPerWeight(mapping);
    if (devices) return devices;
    throw new InputError({
      path: ['transfer', 'method'],
      rule: `'${method}' reckons with the spread of cells that share a weight evenly, which those of hardware.mapping '${mapping.mapping}' do not`,
      hint: "use 'differential', 'offset' or 'pairs' with a count of 2 and a significance of 1, or the transfer 'joint' or 'deterministic'",
    });
  });
}
