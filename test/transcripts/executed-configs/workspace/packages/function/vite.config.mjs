const build = () => 'tsc';

export default { plugins: [{ name: 'mine', load() {} }], run: { tasks: { build: { command: build } } } };
