import { HOW_TO_GET_IT, postgresFolder } from './postgres/binaries';

/** Before the bench, so that its own time is not spent on a package: the bench goes without where there is none. */
if (postgresFolder() === null)
  process.stderr.write(`There is no PostgreSQL, and the bench leaves it out. ${HOW_TO_GET_IT}\n`);
