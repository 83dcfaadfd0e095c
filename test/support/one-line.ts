import { expect } from 'vitest'

/** One line that says what is wrong, and no stack. */
export function expectOneLine({ status, stderr }: { status: number | null; stderr: string }): void {
  expect(stderr).not.toMatch(/^ {4}at |a fault of its own|node:internal/m)
  const lines = stderr.split('\n').filter((line) => line.startsWith('understudy: '))
  expect(lines, stderr).toHaveLength(1)
  expect([1, 2]).toContain(status)
}
