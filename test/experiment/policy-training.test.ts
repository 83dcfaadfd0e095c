import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { readConfig } from '#src/experiment/config.js'
import { fileMemo, type Memo } from '#src/experiment/memo.js'
import { learnedPolicy } from '#src/experiment/selection.js'
import { Trial } from '#src/experiment/trial.js'
import { deploy, logitsOf, trainingsToLearn, trainPolicy } from '#src/experiment/policy-training.js'
import { setUp } from '#src/experiment/setup.js'
import { linearScorer } from '#src/policy/scorers/linear.js'
import { folderOf } from '../support/files.js'
import { chatServer } from '../support/chat-server.js'

const dataset = synthesize(syntheticConfig.parse({ users: 300, items: 400 }))

function trialOf(policy: object, llm: object = {}, memo?: Memo): Trial {
  const config = readConfig({
    policy: { budget: 15, runs: 2, iterations: 2, episodes: 4, rewardK: 10, ...policy },
    llm,
    model: { epochs: 1 },
    augmentation: { pairsPerUser: 3 },
  })
  return new Trial(setUp(dataset, config), { seed: 1, memo })
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe('trainPolicy', () => {
  it('makes the trainings it says, the same again, and selects the budget', async () => {
    for (const learner of ['pgpe', 'reinforce']) {
      const own = trialOf({ learner })
      let trainings = 0
      const learned = await trainPolicy(own, () => trainings++)
      expect(trainings).toBe(trainingsToLearn(own.setup))
      expect(
        learned.runs.map(({ rewards, overlaps }) => [rewards.length, overlaps.length]),
      ).toEqual([
        [2, 1],
        [2, 1],
      ])
      expect(await trainPolicy(trialOf({ learner }))).toEqual(learned)
      const users = deploy(own, learned)
      expect(new Set(users).size).toBe(15)
      expect(deploy(trialOf({ learner, deploy: 'sample' }), learned)).not.toEqual(users)
    }
  })

  it.each(['pgpe', 'cem', 'actor-critic', 'ppo'])(
    '%s, stopped at a training, loses the iteration under way, and learns the same',
    async (learner) => {
      const config = { learner, credit: 'user' }
      const whole = await trainPolicy(trialOf(config))
      const total = trainingsToLearn(trialOf(config).setup)
      // The trainings of the baseline are kept together, as are those of four iterations.
      const ends = [total - 16, total - 12, total - 8, total - 4, total]
      for (const stop of [ends[0], ends[0] + 3, ends[1] + 1, ends[3] + 3]) {
        const memo = fileMemo(folderOf({}))
        let made = 0
        const stopped = trainPolicy(trialOf(config, {}, memo), () => {
          if (++made === stop) throw new Error('killed')
        })
        await expect(stopped).rejects.toThrow('killed')
        let again = 0
        const learned = await trainPolicy(trialOf(config, {}, memo), (kept) => {
          again += Number(!kept)
        })
        expect(learned).toEqual(whole)
        expect(again).toBe(total - (ends.findLast((end) => end < stop) ?? 0))
      }
    },
  )

  it('keeps iterations until the policy is kept', async () => {
    const folder = folderOf({})
    const memo = fileMemo(folder)
    await trainPolicy(trialOf({}, {}, memo))
    const kinds = () => [
      ...new Set(filesIn(folder).map((file) => relative(folder, file).split(sep)[0])),
    ]
    expect([kinds(), filesIn(folder).length]).toEqual([['iterations'], 5])
    let trainings = 0
    await learnedPolicy(trialOf({}, {}, memo), (kept) => (trainings += Number(!kept)))
    expect([trainings, kinds()]).toEqual([0, ['policies']])
  })

  it('asks nobody outside its pool', async () => {
    const learned = await trainPolicy(trialOf({ pool: 30 }))
    expect(learned.usersAsked).toBeLessThanOrEqual(30)
    expect((await trainPolicy(trialOf({}))).usersAsked).toBeGreaterThan(30)
  })

  it('puts no question to the chat server where the offline reader judges', async () => {
    const { url, requests } = await chatServer(() => '1')
    const free = await trainPolicy(trialOf({ judge: 'offline' }, { url, model: 'm' }))
    expect(requests).toHaveLength(0)
    expect(free).toEqual(await trainPolicy(trialOf({})))
  })

  it('averages the standardised logits of its runs, so that none counts more', () => {
    const { features } = trialOf({}).setup
    const width = features.names.length
    const weights = (scale: number, j: number) =>
      Array.from({ length: width + 1 }, (_, k) => (k === j ? scale : 0))
    const run = (w: number[]) => ({
      weights: w,
      path: [],
      rewards: [],
      deviations: [],
      overlaps: [],
      effectiveUsers: 0,
      entropy: 0,
    })
    const both = (scale: number) =>
      logitsOf(
        {
          features: features.names,
          runs: [run(weights(scale, 0)), run(weights(1, 1))],
          usersAsked: 0,
          trainings: 0,
        },
        linearScorer,
        features,
      )
    both(1).forEach((logit, k) => expect(logit).toBeCloseTo(both(100)[k], 9))
  })
})
