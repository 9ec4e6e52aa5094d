import { addressKey } from '../../../src/platform/client-address';

describe('whose budget an address uses', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2/64'],
    ['2001:db8::1', '2001:db8:0:0/64'],
    ['2001:db8::5:6:7:8', '2001:db8:0:0/64'],
    ['2001:db8::3:4:5:6:7', '2001:db8:0:3/64'],
    ['fe80::1%eth0', 'fe80:0:0:0/64'],
    ['::1', '0:0:0:0/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0/64'],
  ])('%s: %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it.each([undefined, '', 'unknown', '1.2.3', '999.1.1.1', '"; DROP', 'a'.repeat(5_000)])(
    'what is no address is one and the same: %j',
    (text) => {
      expect(addressKey(text)).toBe('unknown');
    },
  );
});
