import type { SeedProgress } from './seed-database';

const WIDTH = 30;
/** Without a terminal: a line for each so many percent. */
const STEP = 10;

/** A bar on a terminal; plain lines in a log. */
export function progressOn(stream: NodeJS.WriteStream): SeedProgress {
  let told = 0;
  return (done, of, documentsWritten) => {
    const percent = Math.floor((100 * done) / of);
    const text = `${done} of ${of} organizations, ${documentsWritten} documents written`;
    if (stream.isTTY) {
      const filled = Math.round((WIDTH * done) / of);
      stream.write(`\r[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${text}${done === of ? '\n' : ''}`);
    } else if (done === of || percent >= told + STEP) {
      told = percent;
      stream.write(`${text}\n`);
    }
  };
}
