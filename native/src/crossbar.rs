//! Arrays of cells and wires reduced to their ports by nested dissection: the array is halved until pieces are small,
//! each piece is reduced to the nodes on its edge by star-mesh transforms, and pieces are joined two by two. Only
//! positive numbers are added, multiplied and divided. Results do not depend on the number of threads.

use crate::memory::{grow, zeros};
use crate::star_mesh::star_mesh;
use crate::threads;
use std::sync::Mutex;

/// Edge of the pieces that are not divided further.
const LEAF: usize = 4;
/// Cells from which on the two halves of the array are reduced at the same time.
const PARALLEL_CELLS: usize = 1 << 12;

const ABSENT: i32 = -1;
/// Marks nodes that a piece shares with its surroundings.
const KEPT: i32 = -2;

/// As `CrossbarShape` of the interface; nodes are numbered as there.
#[derive(Clone, Copy)]
pub struct Array<'a> {
    pub rows: usize,
    pub columns: usize,
    pub cells: &'a [f64],
    /// Conductance of a word line segment, a bit line segment, a source and a sense.
    pub wires: [f64; 4],
    pub both_driven: bool,
    pub both_sensed: bool,
}

/// The network of `ids` after the first `eliminated` of them went; row k of `factor` is node k's when it went.
struct Step {
    ids: Vec<u32>,
    eliminated: usize,
    factor: Vec<f64>,
}

/// A reduced piece: the triangle of its front beyond the eliminated nodes.
struct Piece {
    ids: Vec<u32>,
    eliminated: usize,
    front: Vec<f64>,
    /// Those of the piece, in the order of elimination.
    steps: Vec<Step>,
}

struct Scratch {
    position: Vec<i32>,
    /// Fronts to use again, by depth of the recursion.
    fronts: Vec<Vec<Vec<f64>>>,
    keep: bool,
}

impl Scratch {
    fn new(array: &Array, keep: bool) -> Scratch {
        Scratch { position: absent(array.nodes()), fronts: Vec::new(), keep }
    }

    fn front(&mut self, depth: usize, size: usize) -> Vec<f64> {
        if self.fronts.len() <= depth {
            self.fronts.resize_with(depth + 1, Vec::new);
        }
        let mut front = self.fronts[depth].pop().unwrap_or_default();
        front.clear();
        grow(&mut front, size * size);
        front
    }

    /// Appends to `list` the ids that are neither in it nor kept.
    fn collect(&mut self, list: &mut Vec<u32>, ids: &[u32]) {
        for &id in ids {
            let position = &mut self.position[id as usize];
            if *position == ABSENT {
                *position = list.len() as i32;
                list.push(id);
            }
        }
    }
}

impl Array<'_> {
    /// Nodes, ports included.
    pub fn nodes(&self) -> usize {
        2 * self.rows * self.columns + self.rows + self.columns
    }

    fn source(&self, i: usize) -> u32 {
        (2 * self.rows * self.columns + i) as u32
    }

    fn sense(&self, j: usize) -> u32 {
        (2 * self.rows * self.columns + self.rows + j) as u32
    }

    fn word(&self, i: usize, j: usize) -> u32 {
        (i * self.columns + j) as u32
    }

    fn bit(&self, i: usize, j: usize) -> u32 {
        ((self.rows + i) * self.columns + j) as u32
    }

    /// Nodes that a piece shares with its surroundings, some perhaps twice.
    fn edge(&self, r0: usize, r1: usize, c0: usize, c1: usize) -> Vec<u32> {
        let mut ids = Vec::with_capacity(2 * (r1 - r0 + c1 - c0));
        ids.extend((r0..r1).map(|i| if c0 == 0 { self.source(i) } else { self.word(i, c0 - 1) }));
        if c1 < self.columns {
            ids.extend((r0..r1).map(|i| self.word(i, c1 - 1)));
        } else if self.both_driven {
            ids.extend((r0..r1).map(|i| self.source(i)));
        }
        if r0 > 0 {
            ids.extend((c0..c1).map(|j| self.bit(r0, j)));
        } else if self.both_sensed {
            ids.extend((c0..c1).map(|j| self.sense(j)));
        }
        ids.extend((c0..c1).map(|j| if r1 == self.rows { self.sense(j) } else { self.bit(r1, j) }));
        ids
    }

    /// Nodes of the cells of a piece.
    fn inside(&self, r0: usize, r1: usize, c0: usize, c1: usize) -> Vec<u32> {
        let mut ids = Vec::with_capacity(2 * (r1 - r0) * (c1 - c0));
        for i in r0..r1 {
            ids.extend((c0..c1).map(|j| self.word(i, j)));
        }
        for j in c0..c1 {
            ids.extend((r0..r1).map(|i| self.bit(i, j)));
        }
        ids
    }

    /// Visits the segments and cells that belong to a piece.
    fn segments(&self, r0: usize, r1: usize, c0: usize, c1: usize, mut visit: impl FnMut(u32, u32, f64)) {
        let [row, column, source, sense] = self.wires;
        for i in r0..r1 {
            for j in c0..c1 {
                let (a, b) = (self.word(i, j), self.bit(i, j));
                let cell = self.cells[a as usize];
                if cell > 0.0 {
                    visit(a, b, cell);
                }
                if j == 0 {
                    visit(self.source(i), a, source)
                } else {
                    visit(a - 1, a, row)
                }
                if j == self.columns - 1 && self.both_driven {
                    visit(a, self.source(i), source);
                }
                if i == self.rows - 1 {
                    visit(b, self.sense(j), sense)
                } else {
                    visit(b, self.bit(i + 1, j), column)
                }
                if i == 0 && self.both_sensed {
                    visit(self.sense(j), b, sense);
                }
            }
        }
    }

    fn reduce(&self, r0: usize, r1: usize, c0: usize, c1: usize, depth: usize, scratch: &mut Scratch) -> Piece {
        if r1 - r0 <= LEAF && c1 - c0 <= LEAF {
            return self.leaf(r0, r1, c0, c1, depth, scratch);
        }
        let (first, second) = if c1 - c0 > r1 - r0 {
            let middle = (c0 + c1) / 2;
            ([r0, r1, c0, middle], [r0, r1, middle, c1])
        } else {
            let middle = (r0 + r1) / 2;
            ([r0, middle, c0, c1], [middle, r1, c0, c1])
        };
        let half =
            |[r0, r1, c0, c1]: [usize; 4], scratch: &mut Scratch| self.reduce(r0, r1, c0, c1, depth + 1, scratch);
        let (mut first, mut second) = if depth == 0 && (r1 - r0) * (c1 - c0) >= PARALLEL_CELLS && threads::count() > 1 {
            let halves = [first, second].map(|range| Mutex::new((range, None)));
            threads::run(2, |i| {
                let mut slot = halves[i].lock().unwrap();
                let piece = half(slot.0, &mut Scratch::new(self, scratch.keep));
                slot.1 = Some(piece);
            });
            let [first, second] = halves.map(|slot| slot.into_inner().unwrap().1.expect("internal: a half is missing"));
            (first, second)
        } else {
            (half(first, scratch), half(second, scratch))
        };
        let (mut ids, edge) = (Vec::new(), self.edge(r0, r1, c0, c1));
        mark(&mut scratch.position, &edge, KEPT);
        scratch.collect(&mut ids, &first.ids[first.eliminated..]);
        scratch.collect(&mut ids, &second.ids[second.eliminated..]);
        let eliminated = ids.len();
        mark(&mut scratch.position, &edge, ABSENT);
        scratch.collect(&mut ids, &edge);
        let mut front = scratch.front(depth, ids.len());
        add(&mut front, ids.len(), &scratch.position, &first);
        add(&mut front, ids.len(), &scratch.position, &second);
        let mut steps = std::mem::take(&mut first.steps);
        steps.append(&mut second.steps);
        if scratch.fronts.len() <= depth + 1 {
            scratch.fronts.resize_with(depth + 2, Vec::new);
        }
        scratch.fronts[depth + 1].push(first.front);
        scratch.fronts[depth + 1].push(second.front);
        eliminate(ids, eliminated, front, steps, scratch)
    }

    fn leaf(&self, r0: usize, r1: usize, c0: usize, c1: usize, depth: usize, scratch: &mut Scratch) -> Piece {
        let (mut ids, edge) = (Vec::new(), self.edge(r0, r1, c0, c1));
        mark(&mut scratch.position, &edge, KEPT);
        scratch.collect(&mut ids, &self.inside(r0, r1, c0, c1));
        let eliminated = ids.len();
        mark(&mut scratch.position, &edge, ABSENT);
        scratch.collect(&mut ids, &edge);
        let size = ids.len();
        let mut front = scratch.front(depth, size);
        let position = &scratch.position;
        self.segments(r0, r1, c0, c1, |a, b, g| {
            let (a, b) = (position[a as usize] as usize, position[b as usize] as usize);
            front[a.min(b) * size + a.max(b)] += g;
        });
        eliminate(ids, eliminated, front, Vec::new(), scratch)
    }

    fn whole(&self, keep: bool) -> Piece {
        self.reduce(0, self.rows, 0, self.columns, 0, &mut Scratch::new(self, keep))
    }

    /// The network between the ports, [rows + columns]², upper triangle.
    fn between_ports(&self, ports: &mut [f64], piece: &Piece) {
        let first = 2 * self.rows * self.columns;
        let mut position = absent(self.nodes());
        for port in 0..self.rows + self.columns {
            position[first + port] = port as i32;
        }
        ports.fill(0.0);
        add(ports, self.rows + self.columns, &position, piece);
    }
}

fn absent(nodes: usize) -> Vec<i32> {
    let mut position = zeros(nodes);
    position.fill(ABSENT);
    position
}

fn mark(position: &mut [i32], ids: &[u32], value: i32) {
    for &id in ids {
        position[id as usize] = value;
    }
}

fn eliminate(
    ids: Vec<u32>,
    eliminated: usize,
    mut front: Vec<f64>,
    mut steps: Vec<Step>,
    scratch: &mut Scratch,
) -> Piece {
    unsafe { star_mesh(front.as_mut_ptr(), ids.len(), eliminated) };
    mark(&mut scratch.position, &ids, ABSENT);
    if scratch.keep {
        let mut factor = zeros(eliminated * ids.len());
        factor.copy_from_slice(&front[..eliminated * ids.len()]);
        steps.push(Step { ids: ids.clone(), eliminated, factor });
    }
    Piece { ids, eliminated, front, steps }
}

fn add(front: &mut [f64], size: usize, position: &[i32], piece: &Piece) {
    let count = piece.ids.len();
    let at: Vec<usize> = piece.ids.iter().map(|&id| position[id as usize].max(0) as usize).collect();
    for i in piece.eliminated..count {
        let row = &piece.front[i * count..(i + 1) * count];
        for j in i + 1..count {
            let (a, b) = (at[i].min(at[j]), at[i].max(at[j]));
            front[a * size + b] += row[j];
        }
    }
}

/// Conductances between the ports, [rows + columns]², upper triangle.
pub fn ports(out: &mut [f64], array: &Array) {
    array.between_ports(out, &array.whole(false));
}

/// Potentials [batch, nodes]: those of the ports are given and the others found; ports marked in `floating` are found
/// too. `injected` [batch, nodes] is the current into each node, or empty; it is changed.
pub fn potentials(v: &mut [f64], injected: &mut [f64], floating: &[i32], array: &Array) {
    let mut piece = array.whole(true);
    let mut steps = std::mem::take(&mut piece.steps);
    let (count, first) = (floating.len(), 2 * array.rows * array.columns);
    if floating.iter().any(|&f| f != 0) {
        let mut between = zeros(count * count);
        array.between_ports(&mut between, &piece);
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|&port| floating[port] == 0);
        let eliminated = floating.iter().filter(|&&f| f != 0).count();
        let mut front: Vec<f64> = zeros(count * count);
        for i in 0..count {
            for j in i + 1..count {
                let (a, b) = (order[i].min(order[j]), order[i].max(order[j]));
                front[i * count + j] = between[a * count + b];
            }
        }
        unsafe { star_mesh(front.as_mut_ptr(), count, eliminated) };
        let ids = order.iter().map(|&port| (first + port) as u32).collect();
        steps.push(Step { ids, eliminated, factor: front });
    }
    let nodes = array.nodes();
    let none = injected.is_empty();
    let mut still = zeros(if none { nodes } else { 0 });
    for (b, v) in v.chunks_exact_mut(nodes).enumerate() {
        let q = if none { &mut still[..] } else { &mut injected[b * nodes..(b + 1) * nodes] };
        if !none {
            steps.iter().for_each(|step| step.forward(q));
        }
        steps.iter().rev().for_each(|step| step.backward(v, q));
    }
}

impl Step {
    /// Hands each eliminated node's injected current on to its neighbours.
    fn forward(&self, q: &mut [f64]) {
        let size = self.ids.len();
        for k in 0..self.eliminated {
            let row = &self.factor[k * size..(k + 1) * size];
            let current = q[self.ids[k] as usize];
            if current != 0.0 && row[k] != 0.0 {
                for j in k + 1..size {
                    q[self.ids[j] as usize] += row[j] / row[k] * current;
                }
            }
        }
    }

    /// Each eliminated node's potential is the mean of its neighbours', weighted by conductance, plus its own current.
    fn backward(&self, v: &mut [f64], q: &[f64]) {
        let size = self.ids.len();
        for k in (0..self.eliminated).rev() {
            let row = &self.factor[k * size..(k + 1) * size];
            if row[k] != 0.0 {
                let mut sum = q[self.ids[k] as usize];
                for j in k + 1..size {
                    sum += row[j] * v[self.ids[j] as usize];
                }
                v[self.ids[k] as usize] = sum / row[k];
            }
        }
    }
}
