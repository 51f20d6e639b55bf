/** What was chosen for a place: by its shape alone, or in the order of names among things of the same shape. */
export interface Choice<Thing> {
  readonly thing: Thing;
  readonly by: 'shape' | 'order';
}

/**
 * Gives each place a thing that fits it. Places that can take exactly the same things are filled in order when there
 * are as many things as places; what is then left decides the others. Places without a choice stay open.
 */
export function assign<Thing, Place>(
  things: readonly Thing[],
  places: readonly Place[],
  fits: (thing: Thing, place: Place) => boolean,
): Map<Place, Choice<Thing>> {
  const chosen = new Map<Place, Choice<Thing>>();
  const left = new Set(things);
  const open = new Set(places);
  const fitting = (place: Place) => [...left].filter(thing => fits(thing, place));
  const next = () => {
    for (const place of open) {
      const found = fitting(place);
      const alike = [...open].filter(other => {
        const others = fitting(other);
        return others.length === found.length && others.every((thing, i) => thing === found[i]);
      });
      if (found.length > 0 && found.length === alike.length) return { found, alike };
    }
    return undefined;
  };
  for (let match = next(); match; match = next()) {
    const { found, alike } = match;
    alike.forEach((place, i) => {
      chosen.set(place, { thing: found[i]!, by: alike.length === 1 ? 'shape' : 'order' });
      open.delete(place);
      left.delete(found[i]!);
    });
  }
  return chosen;
}
