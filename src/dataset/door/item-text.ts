import type { ItemText } from '../dataset.js'
import { decodeEntities } from './entities.js'

/** Fields as a source has them; a value that is not text counts as absent. */
export interface LooseText {
  /** Title or name. */
  title?: unknown
  /** Category paths, each from the root down. */
  categories?: readonly (readonly unknown[])[]
  /** Brand or shop. */
  brand?: unknown
  /** Description; a list of paragraphs is joined. */
  description?: unknown
}

/** Item text of one line each, without empty fields, levels and paths. */
export function itemText(fields: LooseText): ItemText {
  const text: ItemText = {}
  const title = oneLine(fields.title)
  const brand = oneLine(fields.brand)
  const description = oneLine(joined(fields.description))
  const categories = (fields.categories ?? []).map(path).filter((path) => path.length > 0)
  if (title) text.title = title
  if (categories.length > 0) text.categories = categories
  if (brand) text.brand = brand
  if (description) text.description = description
  return text
}

/** Fields of a shop's pages with their HTML entities decoded. */
export function shopText({ title, categories, brand, description }: LooseText): LooseText {
  return {
    title: decoded(title),
    categories: categories?.map((path) => path.map(decoded)),
    brand: decoded(brand),
    description: decoded(joined(description)),
  }
}

const joined = (value: unknown) => (Array.isArray(value) ? value.filter(isText).join(' ') : value)

function path(levels: readonly unknown[]): string[] {
  return levels.map(oneLine).filter((level) => level !== undefined)
}

/** Runs of white space and control characters become one space. */
function oneLine(value: unknown): string | undefined {
  if (!isText(value)) return undefined
  return value.replace(/[\s\p{Cc}]+/gu, ' ').trim() || undefined
}

const isText = (value: unknown): value is string => typeof value === 'string'
const decoded = (value: unknown) => (isText(value) ? decodeEntities(value) : value)
