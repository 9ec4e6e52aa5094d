import { readOptions } from '../../bench/options';

const KNOWN = ['W1', 'W2'];
const saves = (...argv: string[]): boolean => readOptions(argv, KNOWN).save;

describe('a run of the bench', () => {
  it('puts its figures into the papers when it is whole, and else when told to', () => {
    expect(saves()).toBe(true);
    expect(saves('--rounds', '20')).toBe(true);
    expect(saves('--rounds', '5')).toBe(true);
    expect(saves('W1', '--rounds', '1', '--save')).toBe(true);
    expect(saves('W1')).toBe(false);
    expect(saves('W1', '--save')).toBe(true);
    expect(saves('--without', 'N')).toBe(false);
  });

  it('has no figures when it is quick: one pass over less data', () => {
    const { quick, save, rounds, workloads } = readOptions(['--quick'], KNOWN);
    expect({ quick, save, rounds, workloads }).toEqual({ quick: true, save: false, rounds: 0, workloads: KNOWN });
  });
});
