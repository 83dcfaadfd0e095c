import { join } from 'node:path'
import { expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'
import { differentColours, open, sandboxNote } from '../support/pages.js'
import { describeReal, realData } from '../support/real-data.js'

const folder = sharedFolder()

describeReal('the report of a run on Beauty', () => {
  it('has no error, needs no network, and draws every figure', async () => {
    const real = ['--dataset', 'amazon-2014/Beauty', '--data', realData]
    const kept = ['--store', join(folder, 'store'), '--out', join(folder, 'run')]
    const run = understudy('run', 'prompt-design', ...real, '--seeds', '2', ...kept)
    expect(run.status).toBe(0)
    const { status, stderr } = understudy('report', join(folder, 'run'))
    expect([status, stderr.replace(sandboxNote, '')]).toEqual([0, ''])
    const { page, trouble } = await open(join(folder, 'run', 'report', 'report.html'))
    await page.waitForFunction('document.documentElement.dataset.drawn !== undefined')
    const plots = await page.locator('.plot').all()
    expect(plots.length).toBeGreaterThan(0)
    for (const plot of plots)
      expect(await differentColours(await plot.screenshot())).toBeGreaterThan(3)
    expect(trouble).toEqual([])
  })
})
