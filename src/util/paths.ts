import { isAbsolute, relative } from 'node:path'

/** Whether a path is the folder, or lies below it; links are not looked at. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return !way.startsWith('..') && !isAbsolute(way)
}
