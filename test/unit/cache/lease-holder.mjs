import { Level } from 'level';

/** Holds the database named by its first argument until its stdin ends. Says so when it does. */
const database = new Level(process.argv[2]);
await database.open();
process.stdout.write('held\n');
process.stdin.resume().on('end', () => void database.close());
