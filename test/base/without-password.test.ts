import { expect, test } from 'vitest';
import { withoutPassword } from '../../src/base/index.ts';

test('addresses are shown without their password, whatever it is made of', () => {
  expect(withoutPassword('postgres://me:s3:cr@t/@host:5432/studies')).toBe('postgres://me@host:5432/studies');
  expect(withoutPassword('--db=postgresql://me:secret@host/studies')).toBe('--db=postgresql://me@host/studies');
  expect(withoutPassword('postgres://host/studies?user=me&password=secret&sslmode=require')).toBe(
    'postgres://host/studies?user=me&password=…&sslmode=require',
  );
  for (const plain of ['postgres://me@host:5432/studies', 'studies/moons', 'a:b@c', 'postgres://host:5432/a']) {
    expect(withoutPassword(plain)).toBe(plain);
  }
});
