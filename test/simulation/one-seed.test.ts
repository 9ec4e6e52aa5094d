import { Simulator } from './simulation';

jest.setTimeout(60_000);

it('one seed is one exact run: another simulator tells the same story', async () => {
  for (const seed of [7, 25, 52]) {
    const [one, other] = [await new Simulator().run(seed), await new Simulator().run(seed)];
    expect(other.story()).toEqual(one.story());
    expect(other.steps).toBe(one.steps);
    expect(one.story().length).toBeGreaterThan(5);
  }
});

it('two seeds are two stories', async () => {
  const simulator = new Simulator();
  expect((await simulator.run(1)).story()).not.toEqual((await simulator.run(2)).story());
});

it('what came before in the same simulator leaves no trace', async () => {
  const used = new Simulator();
  await used.run(3);
  expect((await used.run(7)).story()).toEqual((await new Simulator().run(7)).story());
});

it('the process has its own time and chance back afterwards', async () => {
  const { setTimeout: before } = globalThis;
  const { random } = Math;
  await new Simulator().run(1);
  expect(globalThis.setTimeout).toBe(before);
  expect(Math.random).toBe(random);
});
