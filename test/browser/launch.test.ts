import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesizeLaunch } from '#src/dataset/synthetic-launch.js'
import { readConfig } from '#src/experiment/config.js'
import { launch } from '#src/launch/launch.js'
import { launchPage } from '#src/launch/page.js'
import { sharedFolder } from '../support/files.js'
import { expectAccessible, expectToFit, firstPoints, open } from '../support/pages.js'

const file = join(sharedFolder(), 'launch.html')

describe('the page of a launch whose users have ids of 64 letters', () => {
  beforeAll(async () => {
    const dataset = synthesizeLaunch(syntheticConfig.parse({ users: 300, items: 300 }))
    const userIds = dataset.userIds.map((id) => id.padEnd(64, '0123456789abcdef'))
    const config = readConfig({ model: { epochs: 1 }, contentMap: { rank: 8 } })
    const made = await launch({ ...dataset, userIds }, config, { cuts: [], cap: 0.99 })
    const command = `understudy launch --out ${'a/long/path/'.repeat(20)}`
    writeFileSync(file, launchPage(made, command))
  })

  it.each([1280, 390])('fits a screen %d wide, and asks for nothing', async (width) => {
    const { page, trouble } = await open(file, { viewport: { width, height: 900 } })
    await expectToFit(page)
    expect(await firstPoints(page)).toEqual([
      'Ask?',
      'Cost',
      'Expected hits',
      'Exposure',
      'For example',
    ])
    expect(await page.locator('script').count()).toBe(0)
    expect(trouble).toEqual([])
    await page.close()
  })

  it.each(['light', 'dark'] as const)(
    'has no serious fault that axe finds, %s',
    async (colorScheme) => {
      const { page } = await open(file, { colorScheme, bypassCSP: true })
      await expectAccessible(page)
      await page.close()
    },
  )
})
