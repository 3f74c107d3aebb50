/** The task that everything on the page is about, by its number; the address names it, so that a link leads to it. */
export class Selection {
  readonly #labels: readonly string[];
  readonly #listeners: ((task: number | undefined) => void)[] = [];
  #task: number | undefined;

  constructor(labels: readonly string[]) {
    this.#labels = labels;
    addEventListener('hashchange', () => this.#follow());
  }

  get task(): number | undefined {
    return this.#task;
  }

  onChange(listener: (task: number | undefined) => void): void {
    this.#listeners.push(listener);
  }

  /** Takes what the address names, else `task`. */
  start(task: number | undefined): void {
    if (location.hash === '') this.#set(task);
    else this.#follow();
  }

  choose(task: number | undefined): void {
    this.#set(task);
    const label = task === undefined ? undefined : this.#labels[task];
    history.replaceState(undefined, '', label === undefined ? '#' : `#${encodeURIComponent(label)}`);
  }

  #set(task: number | undefined): void {
    this.#task = task;
    for (const listener of this.#listeners) listener(task);
  }

  #follow(): void {
    const task = this.#labels.findIndex((label) => `#${encodeURIComponent(label)}` === location.hash);
    this.#set(task === -1 ? undefined : task);
  }
}
