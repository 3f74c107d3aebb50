function toolFor(name) {
  throw new Error(`there is no tool for ${name}`);
}

export default { tasks: { build: { command: toolFor('css') } } };
