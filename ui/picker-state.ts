import { Fzf } from 'fzf';
import { nearestNames } from '../src/base/nearest.ts';

/** A task to choose from. */
export interface PickerRow {
  readonly id: string;
  /** As it is typed: the name alone for a task of the package at hand. */
  readonly label: string;
  readonly command: string;
  readonly isHere: boolean;
}

export interface PickerState {
  readonly query: string;
  /** Those that the query fits, the best first; where it fits none, those that it may be a misspelling of. */
  readonly matches: readonly PickerRow[];
  /** Index into `matches`; 0 where there is none. */
  readonly cursor: number;
}

export type PickerKey = 'up' | 'down' | 'erase' | 'clear' | { readonly typed: string };

/** The tasks of a workspace, and how a query chooses among them. Those of the package at hand come first among equals. */
export class TaskSearch {
  readonly #rows: readonly PickerRow[];
  readonly #fzf: Fzf<PickerRow[]>;

  constructor(rows: readonly PickerRow[]) {
    this.#rows = [...rows.filter(({ isHere }) => isHere), ...rows.filter(({ isHere }) => !isHere)];
    const byPlace = (a: { item: PickerRow }, b: { item: PickerRow }) => Number(b.item.isHere) - Number(a.item.isHere);
    const byLength = (a: { item: PickerRow }, b: { item: PickerRow }) => a.item.label.length - b.item.label.length;
    this.#fzf = new Fzf([...this.#rows], { selector: ({ label }: PickerRow) => label, tiebreakers: [byPlace, byLength] });
  }

  open(query = ''): PickerState {
    return { query, matches: this.#find(query), cursor: 0 };
  }

  press(state: PickerState, key: PickerKey): PickerState {
    switch (key) {
      case 'up':
        return { ...state, cursor: Math.max(0, state.cursor - 1) };
      case 'down':
        return { ...state, cursor: Math.max(0, Math.min(state.matches.length - 1, state.cursor + 1)) };
      case 'erase':
        return this.open([...state.query].slice(0, -1).join(''));
      case 'clear':
        return this.open();
      default:
        return this.open(state.query + key.typed);
    }
  }

  #find(query: string): readonly PickerRow[] {
    if (query === '') return this.#rows;
    const found = this.#fzf.find(query).map(({ item }: { readonly item: PickerRow }) => item);
    if (found.length > 0) return found;
    const names = nearestNames(
      query,
      this.#rows.map(({ label }) => nameIn(label)),
    );
    return names.flatMap((name) => this.#rows.filter(({ label }) => nameIn(label) === name));
  }
}

/** The part of the matches that fits into so many rows, with the cursor in it. */
export function visibleRows(
  { matches, cursor }: PickerState,
  height: number,
): { readonly rows: readonly PickerRow[]; readonly first: number } {
  const first = Math.max(0, Math.min(cursor - Math.floor(height / 2), matches.length - height));
  return { rows: matches.slice(first, first + height), first };
}

function nameIn(label: string): string {
  return label.slice(label.indexOf('#') + 1);
}
