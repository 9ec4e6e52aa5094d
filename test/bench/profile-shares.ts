import { readFileSync } from 'node:fs';

/** As `node --cpu-prof` writes it: times in microseconds, a sample is the id of the node that was running. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** What starts a server (loading, compiling, connecting) says nothing of its requests. */
const START_US = 5_000_000;
const SHOWN = 25;

const PACKAGE = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/;
const OURS = /build\/((?:src|test)\/[\w-]+)/;

/** Whose code ran: a package, a layer of ours, a module of Node's, or a part of the engine such as the collector. */
function partOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  return PACKAGE.exec(url)?.[1] ?? OURS.exec(url)?.[1] ?? (url === '' ? functionName : url);
}

function sharesOf({ nodes, samples, timeDeltas }: CpuProfile): ReadonlyMap<string, number> {
  const parts = new Map(nodes.map(({ id, callFrame }) => [id, partOf(callFrame)]));
  const time = new Map<string, number>();
  let [passed, total] = [0, 0];
  samples.forEach((id, n) => {
    const delta = timeDeltas[n] ?? 0;
    passed += delta;
    const part = parts.get(id) ?? '';
    if (passed < START_US || part === '(idle)') return;
    total += delta;
    time.set(part, (time.get(part) ?? 0) + delta);
  });
  return new Map([...time].map(([part, us]) => [part, us / total] as const).sort((a, b) => b[1] - a[1]));
}

/** `npm run bench:shares -- <file>...`: who used the processor, from what `npm run bench -- W3 --profile <folder>` wrote. */
for (const path of process.argv.slice(2)) {
  const shares = sharesOf(JSON.parse(readFileSync(path, 'utf8')) as CpuProfile);
  console.log(`\n${path}`);
  for (const [part, share] of [...shares].slice(0, SHOWN))
    console.log(`${(share * 100).toFixed(1).padStart(5)} %  ${part}`);
}
