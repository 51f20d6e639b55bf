import type { Component, Unit } from './component.ts';
import type { Technology } from './technology.ts';

/** One component's share of a design. */
export interface Item {
  readonly component: Component;
  /** Instances on the chip. */
  instances: number;
  /** Uses in one decision. */
  uses: number;
  /** J per decision, without standby. */
  energy: number;
  /** m². */
  area: number;
  /** Standby power, W. */
  leakage: number;
  /** Energy by layer, J per decision; what belongs to no layer is missing here. */
  readonly byLayer: Float64Array;
}

/** Collects what a design is made of. */
export interface Ledger {
  readonly technology: Technology;
  readonly items: readonly Item[];
  /** Adds instances and uses of a component; `layer` is the index of the layer that uses it, −1 for none. */
  add<P>(component: Component<P>, parameters: P, count: Count): Unit;
  /** m² so far. */
  area(): number;
  /** J per decision so far. */
  energy(): number;
}

export interface Count {
  readonly instances?: number;
  readonly uses?: number;
  readonly layer?: number;
}

export function openLedger(technology: Technology, layers: number): Ledger {
  const items: Item[] = [];
  return {
    technology,
    items,
    add(component, parameters, { instances = 0, uses = 0, layer = -1 }) {
      const unit = component.unit(technology, parameters);
      let item = items.find(other => other.component.name === component.name);
      if (!item) {
        item = {
          component: component as Component,
          instances: 0,
          uses: 0,
          energy: 0,
          area: 0,
          leakage: 0,
          byLayer: new Float64Array(layers),
        };
        items.push(item);
      }
      item.instances += instances;
      item.uses += uses;
      item.energy += uses * unit.energy;
      item.area += instances * unit.area;
      item.leakage += instances * unit.leakage;
      if (layer >= 0) item.byLayer[layer]! += uses * unit.energy;
      return unit;
    },
    area: () => items.reduce((total, { area }) => total + area, 0),
    energy: () => items.reduce((total, { energy }) => total + energy, 0),
  };
}
