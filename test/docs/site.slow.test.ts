import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { sharedFolder } from '../support/files.js'

const build = fileURLToPath(new URL('../../scripts/docs/build.mjs', import.meta.url))
const site = sharedFolder()

it('the site has all pages, and no link inside it is broken', () => {
  // A warning of TypeDoc is an error.
  execFileSync(process.execPath, [build, '--out', site], { stdio: 'pipe' })
  const files = readdirSync(site, { recursive: true, encoding: 'utf8' })
  const pages = files.filter((name) => name.endsWith('.html'))
  expect(pages.map((name) => name.replaceAll('\\', '/'))).toEqual(
    expect.arrayContaining([
      'index.html',
      'documents/Commands.html',
      'documents/Configuration.html',
      'documents/Glossary.html',
      'documents/User_features.html',
      'functions/library.readConfig.html',
    ]),
  )
  const ids = new Map<string, Set<string>>()
  const idsOf = (path: string) => {
    const found = ids.get(path) ?? new Set(all(path, /\bid="([^"]*)"/g))
    ids.set(path, found)
    return found
  }
  const broken = pages.flatMap((page) =>
    all(page, /\bhref="([^"]*)"/g)
      .filter((link) => !/^(https?|data|mailto):/.test(link))
      .filter((link) => {
        const [file, id] = link.split('#')
        const target = file === '' ? page : join(dirname(page), decodeURI(file))
        if (!existsSync(join(site, target))) return true
        return id !== undefined && id !== '' && !idsOf(target).has(decodeURI(id))
      })
      .map((link) => `${page}: ${link}`),
  )
  expect(broken).toEqual([])
})

function all(page: string, pattern: RegExp): string[] {
  return [...readFileSync(join(site, page), 'utf8').matchAll(pattern)].map(([, found]) => found)
}
