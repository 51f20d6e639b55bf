import { z } from 'zod';
import { inTurns, within } from '../../base/index.ts';
import { gunzipped } from '../../data/index.ts';
import {
  type Device,
  deviceFileText,
  deviceFromFile,
  deviceOf,
  deviceSpecOf,
  devices,
  findDevice,
  fitInPieces,
  isDeviceFile,
  type MeasurementRole,
  measurementRoles,
  parseMeasurements,
} from '../../device/index.ts';
import { nameOfTable } from '../../experiment/index.ts';
import { keyOf } from '../../random/index.ts';
import { deviceAnswer, deviceSections, fitSections } from '../../report/index.ts';
import { lastNameOf } from '../last-name.ts';
import { away, here } from '../request.ts';
import { shownSection } from '../section-view.ts';
import type { Workspace } from '../workspace.ts';

const question = z.strictObject({
  /** A preset, or a device file of the workspace. */
  device: z.string(),
  /** s after programming; the device's reference time by default. */
  time: z.number().min(0).max(1e10).optional(),
  /** Factor on all programming spreads. */
  spread: z.number().min(0).max(10).default(1),
});

async function deviceNamed(workspace: Workspace, { device, spread }: z.output<typeof question>): Promise<Device> {
  if (!isDeviceFile(device)) {
    findDevice(device);
    return deviceOf({ preset: device, spread });
  }
  const text = new TextDecoder().decode(await workspace.read(device));
  return deviceOf({ file: deviceSpecOf(text, device), path: device, spread });
}

/** Bytes of a device file at most. */
const mostRead = 1 << 18;

/** Device files of the workspace's own folder: those that hold a device. */
async function deviceFiles(workspace: Workspace): Promise<{ file: string; title: string }[]> {
  const found: { file: string; title: string }[] = [];
  for (const { name, bytes } of await workspace.list('')) {
    if (!/\.ya?ml$/.test(name) || bytes > mostRead) continue;
    try {
      const text = new TextDecoder().decode(await workspace.read(name));
      if (/^programming:/m.test(text)) found.push({ file: name, title: deviceFromFile(text, name).title });
    } catch {
      // Another kind of file.
    }
  }
  return found;
}

/** Most standard errors rest on fewer samples than the command line draws: somebody is waiting. */
const bootstraps = 100;

const roles = z.partialRecord(
  z.enum(measurementRoles as unknown as [MeasurementRole, ...MeasurementRole[]]),
  z.string().min(1),
);

export const deviceRequests = {
  'device.list': here(z.strictObject({}), async (_question, { workspace }) => ({
    presets: Object.values(devices).map(({ name, title, provenance }) => ({ name, title, provenance })),
    files: await deviceFiles(workspace),
    roles: measurementRoles,
  })),
  /** A device's physics at a time. */
  'device.look': away(question, async (asked, { workspace }) => {
    const device = await deviceNamed(workspace, asked);
    const { title, note, provenance, condition, range, referenceTime } = device;
    const time = asked.time ?? referenceTime;
    return {
      title,
      note,
      provenance,
      condition,
      range,
      referenceTime,
      time,
      sections: deviceSections(device, time).map(shownSection),
    };
  }),
  /** What it is good for. */
  'device.judge': away(
    question.extend({ ece: z.number().gt(0).lt(0.5).default(0.02) }),
    async (asked, { workspace }) => {
      const device = await deviceNamed(workspace, asked);
      return deviceAnswer(device, { time: asked.time ?? device.referenceTime, targetEce: asked.ece }).map(shownSection);
    },
  ),
  /** Fits a device to a table of measurements and writes its file beside it. */
  'device.fit': away(
    z.strictObject({ file: z.string(), columns: roles.default({}), units: roles.default({}) }),
    async ({ file, columns, units }, { workspace, job }) => {
      const bytes = await gunzipped(await workspace.read(file), file);
      const fit = await within(file, async () => {
        const data = await parseMeasurements(bytes, file, { columns, units });
        const options = { where: file, name: nameOfTable(lastNameOf(file)), bootstraps, key: keyOf(0) };
        return inTurns(fitInPieces(data, options), job);
      });
      const device = `${nameOfTable(file)}-device.yaml`;
      await workspace.write(device, deviceFileText(fit.file));
      return { device, sections: fitSections(fit).map(shownSection) };
    },
  ),
};
