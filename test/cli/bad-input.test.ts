import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'

const folder = sharedFolder()

describe('bad input', () => {
  it.each([
    [
      ['evaluate', '--set', 'split.quantle=3'],
      /unknown setting "split\.quantle"; known here: kind, quantile/,
    ],
    [['evaluate', '--set', 'split.quantile=3'], /split\.quantile = 3/],
    [['audit', '--set', 'llm.price.input=1'], /setting llm\.price\.output is missing$/],
    [['evaluate', '--dataset', 'nothing', '--data', 'src'], /no dataset "nothing"/],
    [['evaluate', '--dataset', '../nothing', '--data', 'src'], /leads out of the data root/],
    [
      ['features', '--set', 'features.names=["XX"]'],
      /features\.names\.0 = "XX": unknown feature; known: MP/,
    ],
    [['evaluate', '--split', 'bogus'], /Allowed choices are temporal, random, leave-one-out/],
    [['run', 'policy-vs-baselines', '--size', 'bogus'], /Allowed choices are smoke, full/],
    [['advise', '--simulate-judge', '2'], /expected a number from 0\.5 to 1/],
    [
      ['run', 'cross-domain', '--seeds', '1', '--out', join(folder, 'cross')],
      /needs another data set: --other NAME/,
    ],
    [['run', 'judge-audit', '--other', 'nothing', '--data', 'src'], /no dataset "nothing"/],
    [
      ['run', 'prompt-design', '--set', 'augmentation.prompt=nothing'],
      /augmentation\.prompt = "nothing"/,
    ],
    [['run', 'nothing'], /unknown preset "nothing"; known: policy-vs-baselines/],
    [
      ['run', 'policy-vs-baselines', '--set', 'policy.budget=5000'],
      /policy\.budget = 5000 users is more than/,
    ],
    [['run', 'policy-vs-baselines', '--set', 'evaluation.ks=[500]'], /K = 500 is larger than/],
  ])('ends with one line and exit code 2: %s', (args, message) => {
    const { status, stderr, stdout } = understudy(...args)
    const lines = stderr
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('synthetic: '))
    expect(lines.join('\n')).toMatch(message)
    expect(lines).toHaveLength(1)
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })
})
