import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { folderOf } from '../support/files.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs the built program where these packages are installed and no others. */
function understudyWith(packages: string[], ...args: string[]) {
  const folder = folderOf({ 'package.json': '{ "type": "module", "version": "0" }' })
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true })
  mkdirSync(join(folder, 'node_modules'))
  for (const name of packages)
    symlinkSync(
      join(root, 'node_modules', name),
      join(folder, 'node_modules', name),
      process.platform === 'win32' ? 'junction' : 'dir',
    )
  const command = [join(folder, 'dist', 'cli', 'main.js'), ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('help lists every command and loads no package but commander', () => {
  const { status, stdout, stderr } = understudyWith(['commander'], '--help')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const lists = stdout.matchAll(/^(\w[\w ]+):\n((?:  .+\n)+)/gm)
  const names = (list: string) => [...list.matchAll(/^  (\w+) +\S/gm)].map(([, name]) => name)
  expect([...lists].map(([, heading, list]) => [heading, names(list).join(' ')])).toEqual([
    ['Options', ''],
    ['Place new items', 'launch recommend'],
    ['Decide about asking', 'advise audit'],
    ['Experiments', 'demo run worker report runs features select augment train evaluate'],
    ['Tools', 'data answers doctor bench notebook help'],
  ])
})

test('the list of data sets loads no model, no chat client and no statistics', () => {
  const few = ['commander', 'cli-progress', 'cli-table3', 'zod']
  const { status, stdout, stderr } = understudyWith(few, 'data', 'list', '--data', '.')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toContain('synthetic')
})

test('a command that needs more fails here, so that the two tests above can fail', () => {
  expect(understudyWith(['commander'], 'run', '--help').stderr).toContain('ERR_MODULE_NOT_FOUND')
})
