import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesizeLaunch } from '#src/dataset/synthetic-launch.js'
import { readConfig } from '#src/experiment/config.js'
import { shelfTrueQuestions } from '#src/judge/shelf-audit.js'
import type { MakeProgress } from '#src/util/progress.js'
import { launch } from '#src/launch/launch.js'
import { rehearseLaunch } from '#src/launch/rehearsals.js'
import { start } from '../support/command.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf } from '../support/files.js'

const shop = { users: 600, items: 400 }
const settings = {
  model: { epochs: 3 },
  contentMap: { rank: 16 },
  augmentation: { pairsPerUser: 5 },
}
const dataset = synthesizeLaunch(syntheticConfig.parse(shop))
const config = readConfig(settings)
const asking = { users: 20, policy: 'top:V', auditQuestions: 40 }

describe('the audit on the rehearsal', () => {
  const { shelf, rehearsals } = rehearseLaunch(dataset, config, { cuts: [0.7] })
  const [rehearsal] = rehearsals
  const questions = shelfTrueQuestions(rehearsal, shelf!.weights, 60)
  const isNew = new Set(rehearsal.input.newItems)

  it('asks as often where the new item is right as where the known one is', () => {
    expect(questions.length).toBeGreaterThan(20)
    const right = questions.filter(({ chosen }) => isNew.has(chosen)).length
    expect(right).toBe(questions.length / 2)
    for (const { chosen, other } of questions) expect(isNew.has(chosen)).not.toBe(isNew.has(other))
  })

  it('takes the truth from what users chose later', () => {
    const { later, input } = rehearsal
    for (const { user, chosen, other } of questions) {
      const n = later.users.indexOf(user)
      const own = later.item.subarray(later.start[n], later.start[n + 1])
      expect([own.includes(chosen), own.includes(other)]).toEqual([true, false])
      const { start, item } = input.train
      const history = item.subarray(start[user], start[user + 1])
      expect([history.includes(chosen), history.includes(other)]).toEqual([false, false])
    }
  })
})

describe('a launch that asks', () => {
  it('keeps the exposure that it had without answers, and says what it did', async () => {
    const options = { cuts: [0.7], k: 10 }
    const quiet = await launch(dataset, config, options)
    const always = { ...asking, mode: 'always' as const }
    const said: string[] = []
    const progress: MakeProgress = (label, unit, total) => {
      said.push(`${label} ${total as number} ${unit}`)
      const step = () => said.push(label)
      const nothing = () => undefined
      return { set: nothing, say: nothing, step, stop: () => said.push('stop') }
    }
    const asked = await launch(dataset, config, { ...options, asking: always, progress })
    const steps = (label: string, count: number) => [
      `${label} ${count} questions`,
      ...Array.from({ length: count }, () => label),
      'stop',
    ]
    expect(said).toEqual([...steps('audit', 40), ...steps('asking', 100)])
    expect(asked.exposure).toBeCloseTo(quiet.exposure, 2)
    expect(asked.asking!.worth!.ofItem.size).toBeGreaterThan(0)
    expect(asked.asking!.plan!.policy.name).toBe('top:V')
    const { failures, unanswered } = asked.asking!
    expect([unanswered, [...failures!.values()]]).toEqual([0, []])
    expect(asked.weights).not.toEqual(quiet.weights)
    expect(quiet.asking).toBeUndefined()
  })
})

describe('launch with a server', () => {
  const args = (url: string, folder: string, ...more: string[]) => [
    'launch',
    ...['--out', join(folder, 'launch'), '--answers', join(folder, 'answers')],
    ...['--llm-url', url, '--llm-model', 'm', '--rehearse', '0.7', '--policy', 'top:V'],
    ...['--ask-users', '20', '--audit', '40', '--set', `dataset.synthetic=${JSON.stringify(shop)}`],
    ...['--set', 'model.epochs=3', '--set', 'contentMap.rank=16'],
    ...['--set', 'augmentation.pairsPerUser=5', ...more],
  ]

  it('--dry-run asks nobody, writes nothing, and says what it would cost and give', async () => {
    const server = await fakeOpenai({})
    const folder = folderOf({})
    const price = '{"input":1,"output":2,"date":"2026-11-01","currency":"EUR"}'
    const flags = ['--dry-run', '--set', `llm.price=${price}`]
    const { status, stdout } = await start(...args(server.url, folder, ...flags)).ended
    expect(status).toBe(0)
    expect(stdout).toMatch(/^Nothing was asked\. m would be asked about \d+ new items/)
    expect(stdout).toMatch(/^asking +200 +0 +[\d,]+ +\d+\.\d\d EUR/m)
    expect(stdout).toContain('SIMULATED judges')
    expect(stdout.split('\n').every((line) => line.length <= 100)).toBe(true)
    expect(stdout).toMatch(/if an audit says\s+that it pays\./)
    expect(stdout).toMatch(/for 1 EUR$/m)
    const always = await start(...args(server.url, folder, '--dry-run', '--ask', 'always')).ended
    expect(always.stdout.replaceAll('\n', ' ')).toMatch(
      /100 questions in both orders of the items, whatever an audit says\./,
    )
    expect(always.stdout).toContain("The price is not known: set it with --set llm.price='{")
    const never = await start(...args(server.url, folder, '--dry-run', '--ask', 'never')).ended
    expect([never.status, never.stderr]).toEqual([
      2,
      'understudy: with --ask never, nothing would be asked\n',
    ])
    expect((await server.stats()).requests).toBe(0)
    expect(existsSync(join(folder, 'launch'))).toBe(false)
  })

  it('--ask never asks nobody; without it a judge that failed its audit is asked no more', async () => {
    const server = await fakeOpenai({})
    const folder = folderOf({})
    const never = await start(...args(server.url, folder, '--ask', 'never')).ended
    expect([never.status, (await server.stats()).requests]).toEqual([0, 0])
    const auto = await start(...args(server.url, folder)).ended
    expect(auto.status).toBe(0)
    expect(auto.stdout).toContain('Asking m: do not ask: ')
    expect((await server.stats()).requests).toBe(80)
    expect(readFileSync(join(folder, 'launch', 'launch.html'), 'utf8')).toContain('Do not ask')
  })

  it('--max-calls holds for the audit and the questions together, and what was paid for is kept', async () => {
    const server = await fakeOpenai({})
    const folder = folderOf({})
    const flags = ['--ask', 'always', '--max-calls']
    const { status, stderr } = await start(...args(server.url, folder, ...flags, '100')).ended
    expect([status, (await server.stats()).requests]).toEqual([1, 100])
    expect(stderr).toContain('stopped after 100 calls, as --max-calls says')
    expect(existsSync(join(folder, 'launch'))).toBe(false)
    expect((await start(...args(server.url, folder, ...flags, '180')).ended).status).toBe(0)
    expect((await server.stats()).requests).toBe(280)
  })
})
