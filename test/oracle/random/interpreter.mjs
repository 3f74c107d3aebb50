import fs from 'node:fs';

/** Does the file operations that its arguments name, each with as many arguments as it takes. Whether they succeed does not matter. */
async function main(words) {
  while (words.length > 0) {
    const operation = operations[words.shift()];
    const given = words.splice(0, operation.length);
    try {
      await operation(...given);
    } catch (error) {
      if (error.code === undefined) throw error;
    }
  }
}

/** It follows links, which may lead in circles: without an end it would take minutes. */
function walk(path) {
  const directory = fs.opendirSync(path, { recursive: true });
  try {
    for (let left = 200; left > 0 && directory.readSync() !== null; left--);
  } finally {
    directory.closeSync();
  }
}

const operations = {
  node_read: (path) => fs.readFileSync(path),
  node_write: (path) => fs.writeFileSync(path, 'text'),
  node_append: (path) => fs.appendFileSync(path, 'text'),
  node_update: (path) => fs.closeSync(fs.openSync(path, 'r+')),
  node_exclusive: (path) => fs.writeFileSync(path, 'text', { flag: 'wx' }),
  node_stat: (path) => fs.statSync(path),
  node_lstat: (path) => fs.lstatSync(path),
  node_exists: (path) => fs.existsSync(path),
  node_readlink: (path) => fs.readlinkSync(path),
  node_realpath: (path) => fs.realpathSync(path),
  node_realpath_native: (path) => fs.realpathSync.native(path),
  node_list: (path) => fs.readdirSync(path, { withFileTypes: true }),
  node_walk: walk,
  node_mkdir: (path) => fs.mkdirSync(path),
  node_mkdir_recursive: (path) => fs.mkdirSync(path, { recursive: true }),
  node_rmdir: (path) => fs.rmdirSync(path),
  node_remove: (path) => fs.rmSync(path, { force: true }),
  node_unlink: (path) => fs.unlinkSync(path),
  node_rename: (from, to) => fs.renameSync(from, to),
  node_link: (from, to) => fs.linkSync(from, to),
  node_symlink: (target, path) => fs.symlinkSync(target, path),
  node_truncate: (path) => fs.truncateSync(path, 1),
  node_chmod: (path) => fs.chmodSync(path, 0o755),
  node_copy: (from, to) => fs.copyFileSync(from, to),
  // Otherwise it makes links to /proc/self/cwd, with which a trace is incomplete.
  node_copy_tree: (from, to) => fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true }),
  node_read_later: (path) => fs.promises.readFile(path),
  node_write_later: (path) => fs.promises.writeFile(path, 'text'),
  node_stat_later: (path) => fs.promises.stat(path),
  node_list_later: (path) => fs.promises.readdir(path),
  node_rename_later: (from, to) => fs.promises.rename(from, to),
  node_copy_later: (from, to) => fs.promises.copyFile(from, to),
  node_make_temporary: (path) => fs.mkdtempSync(path),
};

await main(process.argv.slice(2));
