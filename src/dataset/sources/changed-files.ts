import { type FilesChanges, filesConfig, type FilesConfig } from '../config.js'

const defaults = filesConfig.parse({ interactions: '' })

/** Settings of files with changes over them; a change to the default is none. */
export function changedFiles(own: FilesConfig, changes: FilesChanges | undefined): FilesConfig {
  if (changes === undefined) return own
  const { columns, dialect, itemsDialect, badRows, categoryLevelSeparator } = changes
  const { items = own.items, timestampUnit = own.timestampUnit } = changes
  const { ratingText = own.ratingText } = changes
  return {
    interactions: own.interactions,
    items,
    timestampUnit,
    ratingText,
    columns: { ...own.columns, ...columns },
    dialect: { ...own.dialect, ...dialect },
    itemsDialect: { ...own.itemsDialect, ...dialect, ...itemsDialect },
    badRows: badRows === defaults.badRows ? own.badRows : badRows,
    categoryLevelSeparator:
      categoryLevelSeparator === defaults.categoryLevelSeparator
        ? own.categoryLevelSeparator
        : categoryLevelSeparator,
  }
}
