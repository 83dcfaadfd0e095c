import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { addCost, readCosts } from '#src/run/run-cost.js'
import { folderOf } from '../support/files.js'

const one = { requests: 3, amount: 0.5, currency: 'USD', priceOf: '2026-11-01' }

it('costs at the same price add up, others stand beside them', () => {
  const folder = folderOf({})
  expect(readCosts(folder)).toEqual([])
  addCost(folder, one)
  addCost(folder, { ...one, priceOf: '2026-12-01' })
  addCost(folder, one)
  addCost(folder, { ...one, requests: 0, currency: 'EUR' })
  expect(readCosts(folder)).toEqual([
    { ...one, priceOf: '2026-12-01' },
    { ...one, requests: 6, amount: 1 },
  ])
})

it('a damaged file is named, with what to do', () => {
  const folder = folderOf({})
  addCost(folder, one)
  const file = join(folder, 'cost.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('0.5', '0.4'))
  expect(() => readCosts(folder)).toThrow(/cost\.json: its checksum does not match.*remove it/)
})
