// Downloads `x/file` from a server into a folder, in a process of its own.
import { fetchDataset } from '#src/dataset/fetch.js'

const [dataRoot, url] = process.argv.slice(2)
const downloads = [{ url, file: 'x/file' }]
const onNotice = (line) => process.stderr.write(`${line}\n`)
await fetchDataset({ name: 'x', terms: '', downloads }, { dataRoot, onNotice, retryDelays: [1] })
