export type { Demand } from '../base/index.ts';
export {
  deviceContract,
  entropySourceContract,
  type OpenStore,
  storeContract,
  transferMethodContract,
} from '../contracts/index.ts';
export { samplerContract } from '../search/index.ts';
