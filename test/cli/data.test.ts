import { describe, expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { folderOf } from '../support/files.js'

describe('the command data', () => {
  it('inspects a data set as one document of facts', () => {
    const { stdout, status } = understudy('data', 'inspect', '--json')
    expect(status).toBe(0)
    const facts = JSON.parse(stdout) as {
      users: number
      split: Record<string, number>
      features: { available: string[] }
    }
    expect(facts).toMatchObject({ dataset: 'synthetic', users: 3000, items: 1500, ratings: true })
    expect(facts.split.validationItems + facts.split.testItems).toBe(facts.split.coldItems)
    expect(facts.features.available).toEqual(['MP', 'AP', 'RV', 'AR', 'CKLD', 'CSD', 'EE', 'V'])
  })

  it('lists what lies under the root', () => {
    const root = folderOf({
      'movielens-100k/ml-100k.inter': 'user_id:token\titem_id:token\nu\ti\n',
    })
    const { datasets } = JSON.parse(
      understudy('data', 'list', '--data', root, '--json').stdout,
    ) as { datasets: { name: string }[] }
    expect(datasets.map(({ name }) => name)).toEqual(['synthetic', 'movielens-100k/ml-100k'])
  })
})
