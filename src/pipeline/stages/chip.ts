import { inTurns } from '../../base/index.ts';
import { deviceOf, procedureOf } from '../../device/index.ts';
import { actualDevice, type Design } from '../../experiment/index.ts';
import { type Chip, decodeChip, encodeChip, programInPieces } from '../../transfer/index.ts';
import { chipName } from '../chip-name.ts';
import type { Stage } from '../stage.ts';

export interface ChipGiven {
  readonly device: Design['hardware']['device'];
  readonly programming: Design['transfer']['programming'];
}

/** One programming of the plan. */
export const chip: Stage<ChipGiven, 'plan', Chip> = {
  name: 'chip',
  per: ['chip'],
  needs: ['plan'],
  project: design => ({ device: actualDevice(design), programming: design.transfer.programming }),
  run: ({ device, programming }, { plan }, key, job) =>
    inTurns(programInPieces(key, plan, deviceOf(device), procedureOf(programming)), job),
  bytes: ({ cells }) =>
    Object.values(cells).reduce((total, data) => total + (ArrayBuffer.isView(data) ? data.byteLength : 0), 0),
  codec: {
    files: ({ chip }) => [fileOf(chip!)],
    encode: (value, { chip }) => ({ [fileOf(chip!)]: encodeChip(value) }),
    decode: (files, _given, { plan }, { chip }) => decodeChip(files[fileOf(chip!)]!, plan, fileOf(chip!)),
  },
};

const fileOf = (chip: number): string => `chips/${chipName(chip)}.safetensors`;
