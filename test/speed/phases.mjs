import { editSource, removeBuilt } from './workspace.mjs';

/** In the order in which they follow each other: each starts from what the one before has left. */
export const phases = [
  {
    name: 'cold',
    prepare: removeBuilt,
    expectedHits: () => 0,
  },
  {
    name: 'warm',
    prepare: () => {},
    expectedHits: (plan) => plan.length,
  },
  {
    name: 'restored',
    prepare: removeBuilt,
    expectedHits: (plan) => plan.length,
  },
  {
    name: 'edited',
    prepare: (directory, plan, round) => editSource(directory, plan, { isShared: false, round }),
    expectedHits: (plan) => plan.length - 1,
  },
  {
    name: 'edited-shared',
    prepare: (directory, plan, round) => editSource(directory, plan, { isShared: true, round }),
    expectedHits: (plan) =>
      plan.length - 1 - plan.filter(({ dependencies }) => dependencies.includes(plan[Math.floor(plan.length / 2)].name)).length,
  },
];
