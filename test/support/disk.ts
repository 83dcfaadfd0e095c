import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/**
 * Makes small disks in a shared folder; call it after that is made, so that they go before it.
 * @returns makes a disk of so many KiB; undefined where this machine lets nobody make one
 */
export function disksIn(at: string): (name: string, kib: number) => string | undefined {
  const mounted: string[] = []
  afterAll(() => mounted.forEach((folder) => spawnSync('umount', [folder])))
  return (name, kib) => {
    const folder = join(at, name)
    mkdirSync(folder)
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder])
    if (status !== 0) return undefined
    mounted.push(folder)
    return folder
  }
}

/** Gives a disk another size, or other options of mount. */
export function remount(folder: string, options: string): void {
  spawnSync('mount', ['-o', `remount,${options}`, folder])
}
