import type { Component } from '../component.ts';
import { accumulator } from './accumulator.ts';
import { activation } from './activation.ts';
import { adcCco } from './adc-cco.ts';
import { adcFlash } from './adc-flash.ts';
import { adcRegression, adcSar } from './adc-sar.ts';
import { adder } from './adder.ts';
import { fefetArray } from './array-fefet.ts';
import { mramArray } from './array-mram.ts';
import { pcmArray } from './array-pcm.ts';
import { rramArray } from './array-rram.ts';
import { comparator } from './comparator.ts';
import { control } from './control.ts';
import { dac } from './dac.ts';
import { embeddedMemory } from './embedded-memory.ts';
import { boxMuller } from './generator-box-muller.ts';
import { clt } from './generator-clt.ts';
import { fefetSum } from './generator-fefet.ts';
import { lfsr } from './generator-lfsr.ts';
import { thermal } from './generator-thermal.ts';
import { thermalLow } from './generator-thermal-low.ts';
import { wallace } from './generator-wallace.ts';
import { multiplexer } from './multiplexer.ts';
import { multiplier } from './multiplier.ts';
import { programmingCircuit } from './programming.ts';
import { pulseWidthDriver } from './pulse-width-driver.ts';
import { register } from './register.ts';
import { rowDriver } from './row-driver.ts';
import { sampleAndHold } from './sample-and-hold.ts';
import { senseAmplifier } from './sense-amplifier.ts';
import { shiftAdd } from './shift-add.ts';
import { softmax } from './softmax.ts';
import { sram6t, sram8t } from './sram-array.ts';
import { sramBuffer } from './sram-buffer.ts';
import { sramCimArray } from './sram-cim-array.ts';
import { wakeUp } from './wake-up.ts';
import { wire } from './wire.ts';

/** Every block that an architecture can be made of, by name. */
export const components: Readonly<Record<string, Component>> = Object.fromEntries(
  [
    rramArray,
    pcmArray,
    mramArray,
    fefetArray,
    sram6t,
    sram8t,
    sramCimArray,
    rowDriver,
    dac,
    pulseWidthDriver,
    adcSar,
    adcFlash,
    adcCco,
    senseAmplifier,
    sampleAndHold,
    multiplexer,
    adder,
    multiplier,
    comparator,
    register,
    accumulator,
    shiftAdd,
    sramBuffer,
    wire,
    activation,
    softmax,
    lfsr,
    clt,
    boxMuller,
    wallace,
    thermal,
    thermalLow,
    fefetSum,
    programmingCircuit,
    embeddedMemory,
    wakeUp,
    control,
  ].map(component => [component.name, component as Component]),
);

/** Resistive arrays by the kind of cell. */
export const cellArrays = { rram: rramArray, pcm: pcmArray, mram: mramArray, fefet: fefetArray } as const;

export {
  accumulator,
  activation,
  adcCco,
  adcFlash,
  adcRegression,
  adcSar,
  adder,
  boxMuller,
  clt,
  comparator,
  control,
  dac,
  embeddedMemory,
  fefetSum,
  lfsr,
  multiplexer,
  multiplier,
  programmingCircuit,
  pulseWidthDriver,
  register,
  rowDriver,
  sampleAndHold,
  senseAmplifier,
  shiftAdd,
  softmax,
  sram6t,
  sram8t,
  sramBuffer,
  sramCimArray,
  thermal,
  thermalLow,
  wakeUp,
  wallace,
  wire,
};
