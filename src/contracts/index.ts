export { deviceContract } from './device.ts';
export { entropySourceContract } from './entropy-source.ts';
export { type OpenStore, storeContract } from './store.ts';
export { transferMethodContract } from './transfer-method.ts';
