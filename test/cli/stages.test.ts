import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'
import { shopFlags } from '../support/tiny.js'

const folder = sharedFolder()

it('features prints users as CSV, or writes them to a file', () => {
  const file = join(folder, 'features.csv')
  expect(understudy('features', ...shopFlags, '--out', file).stdout).toBe('')
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  expect(lines[0]).toBe('user,MP,AP,RV,AR,CKLD,CSD,EE,V')
  expect(lines.length).toBeGreaterThan(300)
  expect(understudy('features', ...shopFlags).stdout).toBe(readFileSync(file, 'utf8'))
})

describe('the chain of select, augment, train and evaluate', () => {
  const at = (name: string) => join(folder, name)

  it('goes from users to a table', () => {
    expect(
      understudy(
        'select',
        '--policy',
        'top:V',
        '--budget',
        '40',
        ...shopFlags,
        '--out',
        at('users.txt'),
      ).status,
    ).toBe(0)
    expect(readFileSync(at('users.txt'), 'utf8').trim().split('\n')).toHaveLength(40)
    expect(
      understudy('augment', '--users', at('users.txt'), ...shopFlags, '--out', at('pairs.jsonl'))
        .status,
    ).toBe(0)
    const pairs = readFileSync(at('pairs.jsonl'), 'utf8').trim().split('\n')
    expect(pairs).toHaveLength(400)
    expect(Object.keys(JSON.parse(pairs[0]) as object)).toEqual([
      'user',
      'preferred',
      'other',
      'margin',
    ])
    expect(
      understudy('train', '--pairs', at('pairs.jsonl'), ...shopFlags, '--out', at('model')).status,
    ).toBe(0)
    const { stdout } = understudy('evaluate', '--model', at('model'), ...shopFlags, '--json')
    const { rankings } = JSON.parse(stdout) as {
      rankings: { ranking: string; metrics: Record<string, number> }[]
    }
    expect(rankings.map(({ ranking }) => ranking)).toEqual(['cold', 'full', 'warm', 'shelf'])
  })

  it.each([
    [
      ['{"user":"nobody","preferred":"i001","other":"i002"}'],
      /pairs\.jsonl:1: user "nobody" is not in synthetic/,
    ],
    [['', 'no json'], /pairs\.jsonl:2: expected a JSON object/],
    [['{"user":"u001","preferred":"i001","other":"i001"}'], /preferred and other are both "i001"/],
    [
      ['{"user":"u001","preferred":"i001","other":"i002","margin":-1}'],
      /margin is -1; it must be a number of at least 0/,
    ],
  ])('refuses the pairs %s', (lines, message) => {
    writeFileSync(at('pairs.jsonl'), lines.join('\n'))
    const { status, stderr } = understudy(
      'train',
      '--pairs',
      at('pairs.jsonl'),
      ...shopFlags,
      '--out',
      at('never'),
    )
    expect(stderr).toMatch(message)
    expect(status).toBe(2)
    expect(existsSync(at('never'))).toBe(false)
  })
})

it('evaluate prints one document, in which ItemKNN beats popularity', () => {
  const recall = (model: string) => {
    const { status, stdout } = understudy('evaluate', '--model', model, '--json')
    expect(status).toBe(0)
    const { rankings } = JSON.parse(stdout) as {
      rankings: { ranking: string; metrics: Record<string, number> }[]
    }
    return rankings.find(({ ranking }) => ranking === 'warm')!.metrics['recall@50']
  }
  expect(recall('itemknn')).toBeGreaterThan(recall('popularity'))
})
