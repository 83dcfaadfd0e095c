import { join } from 'node:path'
import { beforeAll, expect } from 'vitest'
import { understudy } from './command.js'
import { sharedFolder } from './files.js'

/** Flags of a launch in a small generated shop. */
export const smallLaunch = [
  ...['--set', 'dataset.synthetic={"users":400,"items":400}'],
  ...['--set', 'contentMap.rank=16', '--set', 'model.epochs=2'],
]

/** A launch with lists of 5, made once for the tests of a file: its folder. */
export function launched(): string {
  const folder = join(sharedFolder(), 'launch')
  beforeAll(() => {
    const { status, stderr } = understudy('launch', ...smallLaunch, '--out', folder, '--k', '5')
    expect(status, stderr).toBe(0)
  })
  return folder
}
