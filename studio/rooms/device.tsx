import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { formatDuration, formatQuantity } from '../../src/base/units.ts';
import { choose, go, linkTo, useAddress } from '../address.ts';
import { ask, type Question, upload, useAnswer, useLatest } from '../ask.ts';
import { DropZone } from '../ui/drop-zone.tsx';
import { Section } from '../ui/section.tsx';
import { Choice, Slider } from '../ui/slider.tsx';
import { Answered, Failed } from '../ui/states.tsx';
import { TimeSlider } from '../ui/time-slider.tsx';

/** A device: what its cells do over time, what weights can be made of them, what it is good for; a fit to measured ones. */
export default function DeviceRoom({ about }: { readonly about: string }) {
  const list = useAnswer('device.list', {});
  const device = about || 'oxram-hfo2';
  return (
    <>
      <h1>Device</h1>
      <Answered of={list} what="the devices">
        {({ presets, files, roles }) => (
          <>
            <div className="controls">
              <Choice
                label="Device"
                value={device}
                options={[
                  ...files.map(({ file, title }) => ({ name: file, title: `${file}: ${title}` })),
                  ...presets.map(({ name, title }) => ({ name, title: `${name}: ${title}` })),
                ]}
                change={name => go('device', name)}
              />
            </div>
            <OneDevice device={device} />
            <Fit roles={roles} />
          </>
        )}
      </Answered>
    </>
  );
}

function OneDevice({ device }: { readonly device: string }) {
  const { choices } = useAddress();
  const setting: Question<'device.look'> = {
    device,
    ...(choices.time && { time: Number(choices.time) }),
    spread: Number(choices.spread ?? 1),
  };
  const ece = Number(choices.ece ?? 0.02);
  const look = useLatest('device.look', setting);
  const judged = useLatest('device.judge', { ...setting, ece });
  return (
    <Answered of={look} what="the device">
      {({ title, note, provenance, condition, range, time, sections }) => (
        <>
          <p>
            <b>{title}</b>: {formatQuantity(range.low, 'S')} to {formatQuantity(range.high, 'S')}, {provenance}
            {condition && `, after ${condition}`}. {note}
          </p>
          <div className="controls">
            <TimeSlider time={setting.time ?? time} change={value => choose({ time: String(value) })} />
            <Slider
              label="Factor on all programming spreads"
              value={setting.spread ?? 1}
              least={0}
              most={3}
              step={0.05}
              shown={`× ${setting.spread}`}
              change={value => choose({ spread: value === 1 ? '' : String(value) })}
            />
            <Slider
              label="Calibration error wanted"
              value={ece}
              least={0.005}
              most={0.1}
              step={0.005}
              shown={String(ece)}
              change={value => choose({ ece: String(value) })}
            />
          </div>
          <div className={judged.behind ? 'behind' : undefined}>
            <Answered of={judged} what="what it is good for">
              {found => found.map(section => <Section key={section.title} {...section} />)}
            </Answered>
          </div>
          <div className={look.behind ? 'behind' : undefined}>
            {sections.map(section => (
              <Section key={section.title} {...section} />
            ))}
          </div>
          <p className="quiet">
            At {formatDuration(time)} after programming. An experiment names it with{' '}
            <code>hardware: {`{ device: ${device} }`}</code>.
          </p>
        </>
      )}
    </Answered>
  );
}

type Named = Record<string, string>;

/** A table of measured conductances becomes a device file; where its columns are not understood, they are named by hand. */
function Fit({ roles }: { readonly roles: readonly string[] }) {
  const client = useQueryClient();
  const [file, setFile] = useState<string>();
  const [columns, setColumns] = useState<Named>({});
  const [units, setUnits] = useState<Named>({});
  const fit = useMutation({
    mutationFn: ({ table, columns = {}, units = {} }: { table: string; columns?: Named; units?: Named }) =>
      ask('device.fit', { file: table, columns: filled(columns), units: filled(units) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['device.list'] }),
  });
  const take = useMutation({
    mutationFn: upload,
    onSuccess: place => {
      // Names that were given belong to the table before.
      if (place !== file) {
        setColumns({});
        setUnits({});
      }
      setFile(place);
      fit.mutate({ table: place, ...(place === file && { columns, units }) });
    },
  });
  const field = (role: string, what: Named, set: (to: Named) => void, label: string) => (
    <label>
      {label}
      <input value={what[role] ?? ''} onChange={event => set({ ...what, [role]: event.target.value })} />
    </label>
  );
  return (
    <section>
      <h2>Measured cells</h2>
      <DropZone
        label="Drop a table of measured conductances here, or choose a file"
        hint="One reading a row: target, conductance (or resistance, or current), time. A device is fitted to it with error bars, and written beside it."
        accept=".csv,.tsv,.txt,.dat"
        busy={take.isPending || fit.isPending}
        take={table => take.mutate(table)}
      />
      {take.error && <Failed error={take.error} />}
      {fit.error && file && (
        <>
          <Failed error={fit.error} />
          <details className="named" open>
            <summary>Say which columns hold what</summary>
            <p className="quiet">
              The fields of each line are <code>columns</code> and <code>units</code>, as messages call them.
            </p>
            {roles.map(role => (
              <div key={role} className="role">
                {field(role, columns, setColumns, `${role}: header or number`)}
                {field(role, units, setUnits, 'unit')}
              </div>
            ))}
            <button type="button" disabled={fit.isPending} onClick={() => fit.mutate({ table: file, columns, units })}>
              Fit again
            </button>
          </details>
        </>
      )}
      {fit.data && (
        <>
          <p role="status">
            Fitted and written: <a href={linkTo('device', fit.data.device)}>{fit.data.device}</a>
          </p>
          {fit.data.sections.map(section => (
            <Section key={section.title} {...section} />
          ))}
        </>
      )}
    </section>
  );
}

const filled = (named: Named): Named => Object.fromEntries(Object.entries(named).filter(([, value]) => value !== ''));
