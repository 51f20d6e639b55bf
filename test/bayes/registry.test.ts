import { expect, test } from 'vitest';
import { type Method, methods } from '../../src/bayes/index.ts';

test('methods that cannot start without a device say that they use it, so that another device trains them again', () => {
  const using = Object.values<Method>(methods).filter(method => method.usesHardware);
  expect(using.map(method => method.name).sort()).toEqual(['device-tied', 'hardware-aware']);
});
