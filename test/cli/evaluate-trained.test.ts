import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readModel, writeModel } from '#src/two-tower/model-files.js'
import { understudy } from '../support/command.js'
import { folderOf, sharedFolder } from '../support/files.js'
import { shopFlags } from '../support/tiny.js'

const model = join(sharedFolder(), 'model')
const trainedOn = ['--set', 'split.quantile=0.85', '--set', 'split.seed=3']
const evaluated = (folder: string, ...flags: string[]) =>
  understudy('evaluate', '--model', folder, ...shopFlags, '--set', 'evaluation.ks=[5]', ...flags)

beforeAll(() => {
  const { status } = understudy('train', ...shopFlags, ...trainedOn, '--out', model)
  expect(status).toBe(0)
})

describe('evaluate of a trained model', () => {
  it('takes the split of the training, and says so', () => {
    const { status, stdout, stderr } = evaluated(model, '--json')
    expect(status).toBe(0)
    expect(stderr).toBe(
      `evaluated on the split that ${model} was trained on: temporal, quantile 0.85, seed 3\n`,
    )
    const { split } = JSON.parse(stdout) as { split: object }
    expect(split).toMatchObject({ kind: 'temporal', quantile: 0.85, seed: 3 })
    // Asked for, the same split gives the same numbers.
    expect(evaluated(model, ...trainedOn, '--json').stdout).toBe(stdout)
  })

  it('warns of a model that ranks known items no better than popularity', () => {
    const weak = join(folderOf({}), 'weak')
    understudy('train', ...shopFlags, '--set', 'model.epochs=0', '--out', weak)
    const remedy = /\n\nweak-warm-model: warm:recall@5 of the model is .*\n {2}cold results mean/
    expect(evaluated(weak).stdout).toMatch(remedy)
    const { diagnostics } = JSON.parse(evaluated(weak, '--json').stdout) as {
      diagnostics: { name: string }[]
    }
    expect(diagnostics.map(({ name }) => name)).toEqual(['weak-warm-model'])
    expect(evaluated('popularity').stdout).not.toContain('weak-warm-model')
  })

  it.each<[string[], RegExp]>([
    [['--split', 'random'], /split\.kind = random, but .* was trained with temporal; leave the/],
    [['--set', 'split.quantile=0.7'], /split\.quantile = 0\.7, but .* was trained with 0\.85/],
    [['--set', 'split.seed=0'], /split\.seed = 0, but .* was trained with 3/],
    [['--set', 'split.coldShare=0.5'], /split\.coldShare = 0\.5, but .* was trained with 0\.1/],
    [
      ['--set', 'dataset.synthetic.interactionsPerUser=12'],
      /the model was trained on other data than synthetic \(fingerprint \w{12}, not \w{12}\)/,
    ],
    [['--set', 'dataset.synthetic.users=300'], /has other users or items than synthetic/],
  ])('refuses other splits and other data in one line: %s', (flags, message) => {
    const { status, stdout, stderr } = evaluated(model, ...flags)
    expect(stderr).toMatch(message)
    const lines = stderr.split('\n').filter((line) => line.startsWith('understudy: '))
    expect(lines).toHaveLength(1)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  })

  it('refuses a split of a file of settings', () => {
    const file = join(folderOf({}), 'config.json')
    writeFileSync(file, '{"split":{"quantile":0.8}}')
    expect(evaluated(model, '--config', file).stderr).toMatch(/split\.quantile = 0\.8, but/)
    writeFileSync(file, '{"split":{"quantile":0.85}}')
    expect(evaluated(model, '--config', file).status).toBe(0)
  })

  it('takes the split that is asked for where the folder names none, and says so', () => {
    const silent = join(folderOf({}), 'silent')
    writeModel(silent, readModel(model), {})
    expect(existsSync(join(silent, 'model.json'))).toBe(true)
    const { status, stderr, stdout } = evaluated(silent, '--set', 'split.quantile=0.8', '--json')
    expect(status).toBe(0)
    expect(stderr).toBe(
      `${silent} does not say on which split it was trained; it is evaluated on the split that you asked for\n`,
    )
    expect((JSON.parse(stdout) as { split: object }).split).toMatchObject({ quantile: 0.8 })
  })

  it('refuses a launch, and a folder that is no model', () => {
    const launch = folderOf({ 'launch.json': '{}' })
    expect(evaluated(launch)).toMatchObject({
      status: 2,
      stderr: `understudy: ${launch} is a launch; measure it with --launch FOLDER --truth FILE\n`,
    })
    expect(evaluated('nothing').stderr).toMatch(
      /model\.json: there is no such file; a model folder/,
    )
  })
})
