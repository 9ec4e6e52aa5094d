import { Simulator } from './simulation';
void (async () => {
  const simulator = new Simulator();
  const from = Number(process.argv[2] ?? 1), n = Number(process.argv[3] ?? 200);
  const t = process.hrtime.bigint(); const cpu = process.cpuUsage();
  let bad = 0; const kinds: Record<string, number> = {}; const outcomes: Record<string, number> = {}; const faults: Record<string, number> = {};
  let steps = 0, commits = 0;
  for (let seed = from; seed < from + n; seed += 1) {
    const r = await simulator.run(seed);
    if (seed % 500 === 0) { const c2 = process.cpuUsage(cpu); console.log(seed, (c2.user + c2.system) / 1000 / (seed - from + 1)); }
    steps += r.steps; commits += r.commits;
    for (const [k, v] of Object.entries(r.outcomes)) outcomes[k] = (outcomes[k] ?? 0) + v;
    for (const [k, v] of Object.entries(r.faults)) faults[k] = (faults[k] ?? 0) + v;
    if (r.violations.length) { bad += 1; const k = r.violations[0]!.replace(/[0-9a-f]{24}|call-\d+-\d+|\d+/g, '#').slice(0, 130); kinds[k] = (kinds[k] ?? 0) + 1; if (kinds[k] === 1) console.log(seed, r.violations.slice(0, 3), JSON.stringify(r.rates)); }
  }
  const c = process.cpuUsage(cpu);
  console.log({ n, bad, steps, commits, outcomes, faults, kinds, ms: Number(process.hrtime.bigint() - t) / 1e6 / n, cpuMs: (c.user + c.system) / 1000 / n });
})();
