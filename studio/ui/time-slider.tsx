import { formatDuration } from '../../src/base/units.ts';
import { Slider } from './slider.tsx';

/** Decades of seconds that a slider of time runs over: a second to thirty years. */
const decades = [0, 9] as const;

/** The time that a place on the slider means: seconds to two digits. */
const timeAt = (place: number): number => Number((10 ** place).toPrecision(2));

/** Time since programming, in equal steps of its logarithm. */
export const TimeSlider = ({ time, change }: { readonly time: number; readonly change: (time: number) => void }) => (
  <Slider
    label="Time since programming"
    value={Math.log10(Math.max(1, time))}
    least={decades[0]}
    most={decades[1]}
    step={0.02}
    shown={formatDuration(time)}
    change={place => change(timeAt(place))}
  />
);
