import { expect, test } from 'vitest';
import { devices, findDevice, fitDevice } from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { deviceReportHtml } from '../../src/report/index.ts';
import { measure } from '../device/synthetic.ts';

test.each(Object.values(devices))('report of $name is one self-contained file with an answer and figures', device => {
  const html = deviceReportHtml({ device, command: `posterohm device report ${device.name}` });
  expect(html).not.toMatch(/<script|<link|@import|src=|NaN|undefined|Infinity/);
  expect(html).toContain('What it is good for');
  expect(html.match(/<figure>/g)!.length).toBeGreaterThanOrEqual(4);
  expect(html).toContain(`posterohm device report ${device.name}`);
  for (const { tag } of device.cite) expect(html).toContain(`<b>${tag}</b>`);
});

test('the same report has the same bytes', () => {
  const make = () => deviceReportHtml({ device: findDevice('mram-sot'), command: 'x' });
  expect(make()).toBe(make());
});

test('phase-change memory: the memory of reads and the need for compensation are said', () => {
  const html = deviceReportHtml({ device: findDevice('pcm-ibm'), command: 'x' });
  expect(html).toContain('not independent samples');
  expect(html).toContain('Weights keep 66 % of their size by then');
});

test('a report of a fit holds its levels, parameters and what the data could not say', () => {
  const device = findDevice('rram-milo');
  const campaign = { targets: [60e-6, 100e-6, 150e-6, 220e-6], devices: 40, cycles: 1, times: [0], reads: 1 };
  const fit = fitDevice(measure(device, campaign, keyOf(1)), { bootstraps: 10, name: 'lab', where: 'lab.csv' });
  const html = deviceReportHtml({ device: fit.device, fit, command: 'posterohm device fit lab.csv' });
  expect(html).toContain('programming.std g^0');
  expect(html).toContain('All reads are at one time');
  expect(html).toContain('Fitted to lab.csv');
  expect(html).not.toMatch(/NaN|undefined/);
});
