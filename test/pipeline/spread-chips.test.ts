import { describe, expect, it } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { spreadChips } from '../../src/pipeline/spread-chips.ts';

describe('chips of an evaluation', () => {
  it('are measured elsewhere while the first one, which takes long, is measured here', async () => {
    let finish: (value: string) => void = () => {};
    const asked: number[] = [];
    const elsewhere = {
      from: 0,
      async measure(place: number) {
        asked.push(place);
        if (asked.length === 2) finish('here 0');
        return `there ${place}`;
      },
    };
    const here = (place: number) =>
      place === 0 ? new Promise<string>(resolve => (finish = resolve)) : Promise.reject(new Error(`here ${place}`));
    const found = await spreadChips(3, jobOf(), here, elsewhere);
    expect(found).toEqual(['here 0', 'there 1', 'there 2']);
  });

  it('are measured here one after the other where the first one is done soon', async () => {
    let under = 0;
    const here = async (place: number) => {
      expect(++under).toBe(1);
      await new Promise(resolve => setTimeout(resolve, 1));
      under--;
      return place;
    };
    const elsewhere = { from: 60_000, measure: () => Promise.reject(new Error('asked')) };
    expect(await spreadChips(4, jobOf(), here, elsewhere)).toEqual([0, 1, 2, 3]);
    expect(await spreadChips(1, jobOf(), here)).toEqual([0]);
  });

  it('are told to stop, the first one too, once one of them fails', async () => {
    const stopped: number[] = [];
    const here = (place: number, { signal }: { readonly signal: AbortSignal }) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => {
          stopped.push(place);
          reject(signal.reason);
        });
      });
    const elsewhere = { from: 0, measure: () => Promise.reject(new Error('the second chip is broken')) };
    await expect(spreadChips(2, jobOf(), here, elsewhere)).rejects.toThrow('the second chip is broken');
    expect(stopped).toEqual([0]);
  });
});
