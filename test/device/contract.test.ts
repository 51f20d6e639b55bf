import { devices } from '../../src/device/index.ts';
import { deviceContract } from './contract.ts';

for (const device of Object.values(devices)) deviceContract(device);
