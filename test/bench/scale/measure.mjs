// Loads a CSV file, splits it, computes features and selects users; prints what each step took, as
// JSON:
//   node test/bench/scale/measure.mjs films.csv
import { loadDataset, readConfig } from '../../../dist/index.js'
import { splitDataset } from '../../../dist/dataset/split.js'
import { userFeatures } from '../../../dist/features/features.js'
import { fixedPolicy } from '../../../dist/policy/policy.js'
import { stream } from '../../../dist/util/random.js'

const seconds = {}
const processor = {}

async function timed(step, work) {
  const [started, used] = [performance.now(), process.cpuUsage()]
  const result = await work()
  const { user, system } = process.cpuUsage(used)
  seconds[step] = (performance.now() - started) / 1e3
  processor[step] = (user + system) / 1e6
  return result
}

const files = { interactions: process.argv[2] }
const config = readConfig({})
const dataset = await timed('load', () => loadDataset({ name: 'files', files }))
const split = await timed('split', () => splitDataset(dataset, config.split))
const features = await timed('features', () => userFeatures(dataset, split, config.features))
const users = await timed('select', () => fixedPolicy('top:V').select(features, 300, stream(0)))
if (users.length !== 300) throw new Error(`selected ${users.length} users, not 300`)
const { userIds, itemIds } = dataset
const bytes = process.resourceUsage().maxRSS * 1024
const sizes = { users: userIds.length, items: itemIds.length }
console.log(JSON.stringify({ ...sizes, seconds, processor, bytes }))
