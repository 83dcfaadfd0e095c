import { join } from 'node:path'
import { tableSource } from './table-source.js'

/**
 * RecBole atomic files: `NAME.inter` and, where there is one, `NAME.item`; tabs, header cells
 * `name:type`. https://recbole.io/docs/user_guide/data/atomic_files.html
 */
export const recbole = tableSource({
  name: 'recbole',
  find(folder) {
    const names = folder.files
      .filter((file) => file.endsWith('.inter'))
      .map((file) => file.slice(0, -'.inter'.length))
    return names.map((name) => ({
      name: `${folder.name}/${name}`,
      aliases: names.length === 1 ? [folder.name] : [],
      interactions: join(folder.path, `${name}.inter`),
      ...(folder.files.includes(`${name}.item`) && { items: join(folder.path, `${name}.item`) }),
    }))
  },
  files: { dialect: { delimiter: '\t', quote: '', header: true } },
})
