import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { main, understudy } from '../support/command.js'
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

describe('data inspect', () => {
  const folder = () =>
    folderOf({
      'orders.csv':
        'user_id,item_id,timestamp\na,x,1000000001\na,x,1000000002\nb,y,1000000003\nc,late,1000090000\n',
      'products.csv': 'item_id,title\nx,Tea\ny,Milk\nlate,Cocoa\nnew,Juice\n',
    })
  const inspect = (root: string, ...flags: string[]) =>
    understudy(
      ...['data', 'inspect', '--interactions', join(root, 'orders.csv')],
      ...['--items', join(root, 'products.csv'), ...flags],
    )

  it('counts what is left out, as data', () => {
    const { status, stdout } = inspect(folder(), '--new-since', '2001-09-10', '--json')
    expect(status).toBe(0)
    const { leftOut, items } = JSON.parse(stdout) as { leftOut: object[]; items: number }
    expect(items).toBe(2)
    expect(leftOut).toEqual([
      { reason: 'new items', done: 'kept apart', items: 1 },
      {
        reason: 'new items with interactions',
        done: 'kept apart',
        users: 1,
        items: 1,
        interactions: 1,
      },
      { reason: 'repeated pairs', done: 'kept the first', interactions: 1 },
    ])
  })

  it('shows it as a table, or says that nothing is', () => {
    const { stdout } = inspect(folder())
    expect(stdout.split('\n').slice(-4, -1)).toEqual([
      'left out or changed             users  items  interactions',
      'new items: kept apart                      1',
      'repeated pairs: kept the first                           1',
    ])
    expect(understudy('data', 'inspect').stdout.trim().split('\n').at(-1)).toBe(
      'nothing was left out',
    )
  })

  it('refuses a file of new items that is not there', () => {
    const { status, stderr } = inspect(folder(), '--new', 'no')
    expect([status, stderr]).toEqual([2, 'understudy: no: there is no such file\n'])
  })
})

describe('data inspect with files', () => {
  const products = "the shop's products.csv"
  const folder = () =>
    folderOf({
      'orders.txt': 'kunde;sku;date\n1;a;13.09.2020\n2;b;14.09.2020\n',
      [products]: 'sku,title,tags,note\na,Tea,"Food, Drinks",\nb,Cake,Food,\n',
    })
  const user = ['--column', 'user=kunde']

  it('says which is which and how each is written, in 80 columns', () => {
    const root = folder()
    const files = [products, 'orders.txt'].map((file) => join(root, file))
    const { stdout, status } = understudy('data', 'inspect', ...files, ...user)
    expect(status).toBe(0)
    const [text] = stdout.replaceAll(root, '').split('the command')
    expect(text).toBe(`/the shop's products.csv: item text
CSV, utf-8
cells between ","; cells may be in quotes; the first row is the header

column  cells     used as
sku      text     item id
title    text       title
tags     text  categories
note    empty

/orders.txt: interactions
CSV, utf-8
cells between ";"; cells may be in quotes; the first row is the header
times: dates such as 13/09/2020

column          cells  used as
kunde   whole numbers     user
sku              text     item
date            dates     time

`)
  })

  it('gives a command that says all that was found', () => {
    const root = folder()
    const files = [products, 'orders.txt'].map((file) => join(root, file))
    const document = understudy('data', 'inspect', ...files, ...user, '--json').stdout
    const { command, files: facts, fingerprint } = JSON.parse(document) as Record<string, string>
    expect(facts).toMatchObject([
      { holds: 'items', header: true },
      { holds: 'interactions', delimiter: ';', timeForm: 'dmy' },
    ])
    const said = command.replace('understudy', `node ${JSON.stringify(main)}`)
    const again = spawnSync('sh', ['-c', `${said} --json`], { encoding: 'utf8' })
    const { fingerprint: second, notes } = JSON.parse(again.stdout) as Record<string, string>
    expect([second, notes]).toEqual([
      fingerprint,
      ['orders.txt is read with cells between ";" (found by looking)'],
    ])
  })

  it.each([
    [['orders.txt'], 0, /no column that understudy recognises as user ids/, /^$/],
    [['no.csv'], 2, /^$/, /no\.csv: there is no such file/],
    [['orders.txt', products, 'orders.txt'], 2, /^$/, /3 files were named; .* a pattern in quotes/],
  ])('takes %j as what it is', (names, expected, output, error) => {
    const root = folder()
    const files = names.map((file) => join(root, file))
    const { stdout, stderr, status } = understudy('data', 'inspect', ...files)
    expect([status, stdout, stderr]).toEqual([
      expected,
      expect.stringMatching(output),
      expect.stringMatching(error),
    ])
  })
})
